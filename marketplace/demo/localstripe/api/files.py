"""/v1/files: documents for disputes. Their bytes lie beside the objects."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.datastructures import FileStorage

from ..errors import StripeError, parameter_invalid, parameter_missing
from ..identifiers import new_id
from ..params import Params
from ..shapes.files import file as file_shape
from ..transaction import Json, Transaction
from .dispatch import answer_bytes, base_url, endpoint
from .listing import list_of

blueprint = Blueprint("files", __name__)
URL = "/v1/files"
PURPOSES = ("dispute_evidence", "identity_document", "additional_verification", "business_logo", "business_icon")
TYPES = {b"%PDF-": "pdf", b"\x89PNG": "png", b"\xff\xd8\xff": "jpg"}
LARGEST_BYTES = 5 * 1000 * 1000
"""Evidence has at most 5 MB a file (https://docs.stripe.com/disputes/best-practices)."""


@endpoint(blueprint, "POST", URL)
def create(tx: Transaction, params: Params) -> Json:
    purpose = params.choice("purpose", PURPOSES, required=True)
    assert purpose is not None
    upload = request.files.get("file")
    if upload is None:
        raise parameter_missing("file")
    content = upload.read(LARGEST_BYTES + 1)
    body = file_shape(
        id=new_id("file"),
        created=tx.real_now_s,
        filename=upload.filename or "file",
        purpose=purpose,
        size=len(content),
        type=_type_of(upload, content),
        base=base_url(),
    )
    tx.insert("file", body)
    tx.execute("INSERT INTO file_contents (id, content) VALUES (?, ?)", (body["id"], content))
    return body


def _type_of(upload: FileStorage, content: bytes) -> str:
    """By its first bytes, not by its name."""
    if not content:
        raise parameter_invalid("file", "The file is empty.")
    if len(content) > LARGEST_BYTES:
        raise parameter_invalid("file", "The file is larger than 5 MB.", code="file_too_large")
    for start, type in TYPES.items():
        if content.startswith(start):
            return type
    raise parameter_invalid("file", f"{upload.filename}: give a PDF, JPEG or PNG file.", code="invalid_file_type")


@endpoint(blueprint, "GET", URL)
def listing(tx: Transaction, params: Params) -> Json:
    return list_of(tx, params, "file", url=URL, where={"purpose": params.choice("purpose", PURPOSES)})


@endpoint(blueprint, "GET", f"{URL}/<id>")
def retrieve(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load("file", id)


@blueprint.get(f"{URL}/<id>/contents")
def contents(id: str) -> Response:
    def read(tx: Transaction) -> tuple[bytes, str]:
        body = tx.load("file", id)
        row = tx.execute("SELECT content FROM file_contents WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise StripeError("This file has no content any more.", status=404)
        return bytes(row["content"]), str(body["filename"])

    return answer_bytes(read)
