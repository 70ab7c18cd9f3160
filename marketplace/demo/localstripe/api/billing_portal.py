"""/v1/billing_portal."""

from __future__ import annotations

from flask import Blueprint

from ..identifiers import new_id, random_text
from ..params import Params
from ..shapes.checkout import portal_configuration, portal_session
from ..transaction import Json, Transaction
from .dispatch import base_url, endpoint
from .listing import list_of

blueprint = Blueprint("billing_portal", __name__)
CONFIGURATIONS = "/v1/billing_portal/configurations"


@endpoint(blueprint, "POST", "/v1/billing_portal/sessions")
def create(tx: Transaction, params: Params) -> Json:
    customer = tx.load("customer", params.need("customer"), param="customer")
    configuration = params.text("configuration")
    if configuration:
        tx.load("billing_portal.configuration", configuration, param="configuration")
    key = random_text(32)
    session = portal_session(
        id=new_id("bps"),
        created=tx.real_now_s,
        configuration=configuration or ensure_configuration(tx)["id"],
        customer=customer["id"],
        url="",
    )
    session["url"] = f"{base_url()}/p/session/{session['id']}/{key}"
    session["return_url"] = params.url("return_url")
    session["locale"] = params.text("locale")
    return tx.insert("billing_portal.session", session, {"key": key})


def ensure_configuration(tx: Transaction) -> Json:
    """The default configuration, made when first needed."""
    found = tx.select("billing_portal.configuration", limit=1)
    if found:
        return found[0]
    return tx.insert("billing_portal.configuration", portal_configuration(id=new_id("bpc"), created=tx.real_now_s))


@endpoint(blueprint, "GET", CONFIGURATIONS)
def listing(tx: Transaction, params: Params) -> Json:
    return list_of(
        tx,
        params,
        "billing_portal.configuration",
        url=CONFIGURATIONS,
        where={"active": params.flag("active"), "is_default": params.flag("is_default")},
    )


@endpoint(blueprint, "GET", f"{CONFIGURATIONS}/<id>")
def retrieve(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load("billing_portal.configuration", id)
