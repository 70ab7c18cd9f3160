"""/v1/files: what is uploaded as evidence for a bank."""

from __future__ import annotations

import base64

from flask import Blueprint, request

from ..errors import parameter_invalid, parameter_missing
from ..identifiers import new_id
from ..params import Params
from ..shapes.files import file as file_shape
from ..transaction import Json, Transaction
from .dispatch import base_url, endpoint
from .listing import list_of

blueprint = Blueprint("files", __name__)
LARGEST_EVIDENCE = 5 * 1024 * 1024
BEGINS_WITH = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n", "jpg": b"\xff\xd8\xff"}


@endpoint(blueprint, "POST", "/v1/files")
def create(tx: Transaction, params: Params) -> Json:
    purpose = params.choice("purpose", ["dispute_evidence"], required=True)
    params.text("file", max_length=1000)
    upload = request.files.get("file")
    if upload is None:
        raise parameter_missing("file")
    content = upload.read()
    kind = next((name for name, start in BEGINS_WITH.items() if content.startswith(start)), None)
    if kind is None:
        raise parameter_invalid("file", "Evidence must be a PDF, a PNG or a JPEG file.")
    if len(content) > LARGEST_EVIDENCE:
        raise parameter_invalid("file", "The file is larger than 5 MB.")
    assert purpose is not None
    made = file_shape(
        id=new_id("file"),
        created=tx.real_now_s,
        filename=upload.filename or "file",
        purpose=purpose,
        size=len(content),
        type=kind,
        base_url=base_url(),
    )
    return tx.insert("file", made, {"content": base64.b64encode(content).decode()})


@endpoint(blueprint, "GET", "/v1/files")
def listing(tx: Transaction, params: Params) -> Json:
    return list_of(tx, params, "file", url="/v1/files", where={"purpose": params.text("purpose")})


@endpoint(blueprint, "GET", "/v1/files/<id>")
def retrieve(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load("file", id)
