"""What a checkout session may ask for beside its lines: discounts, tax, addresses, consent, texts, an invoice."""

from __future__ import annotations

from ..domain import discounts
from ..errors import StripeError, parameter_invalid
from ..params import Params
from ..transaction import Json, Transaction

LONGEST_TEXT = 1200
TEXTS = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")


def read_options(tx: Transaction, params: Params, session: Json, private: Json) -> None:
    """Read them all into the session and its private part. The currency and the customer are there already."""
    _read_discounts(tx, params, session, private)
    _read_tax(params, session)
    _read_consent(params, session)
    _read_texts(params, session)
    _read_invoice_creation(params, session)
    session["billing_address_collection"] = params.choice("billing_address_collection", ["auto", "required"])
    update = params.section("customer_update")
    if update is not None:
        if session["customer"] is None:
            raise parameter_invalid("customer_update", "`customer_update` can only be used with `customer`.")
        private["customer_update"] = {
            name: update.choice(name, ["auto", "never"]) or "never" for name in ("address", "name")
        }
    _check_tax_of_customer(tx, session, private.get("customer_update") or {})


def _read_discounts(tx: Transaction, params: Params, session: Json, private: Json) -> None:
    allowed = params.flag("allow_promotion_codes")
    given = params.sections("discounts")
    if (allowed or given) and session["mode"] == "subscription":
        name = "discounts" if given else "allow_promotion_codes"
        raise parameter_invalid(name, "This local server gives discounts in `payment` mode only.")
    session["allow_promotion_codes"] = allowed
    if not given:
        return
    if allowed is not None:
        raise parameter_invalid(
            "allow_promotion_codes", "You may only specify one of these parameters: allow_promotion_codes, discounts."
        )
    if len(given) > 1:
        raise parameter_invalid("discounts", "A Checkout Session takes one discount.")
    coupon_id, code_id = given[0].text("coupon"), given[0].text("promotion_code")
    if (coupon_id is None) == (code_id is None):
        raise parameter_invalid("discounts[0]", "Give one of `coupon` and `promotion_code`.")
    session["discounts"] = [{"coupon": coupon_id, "promotion_code": code_id}]
    if coupon_id is not None:
        coupon = discounts.require_coupon(tx, coupon_id, currency=session["currency"], param="discounts[0][coupon]")
    else:
        param = "discounts[0][promotion_code]"
        code = tx.load("promotion_code", code_id or "", param=param)
        coupon = discounts.require_code(tx, code, session=session, customer=session["customer"], param=param)
    private["discount"] = {"coupon": coupon["id"], "promotion_code": code_id}


def _read_tax(params: Params, session: Json) -> None:
    automatic = params.section("automatic_tax")
    if automatic is not None and automatic.flag("enabled"):
        session["automatic_tax"] = {
            "enabled": True,
            "liability": {"type": "self"},
            "provider": "stripe",
            "status": "requires_location_inputs",
        }
    collection = params.section("tax_id_collection")
    if collection is not None:
        enabled = bool(collection.flag("enabled"))
        required = collection.choice("required", ["if_supported", "never"]) or "never"
        session["tax_id_collection"] = {"enabled": enabled, "required": required}


def _check_tax_of_customer(tx: Transaction, session: Json, update: Json) -> None:
    """What Stripe wants where an existing customer's tax is computed, or her tax id asked for."""
    customer = tx.find(session["customer"] or "", kind="customer")
    if customer is None:
        return
    has_address = bool((customer["address"] or {}).get("country"))
    if session["automatic_tax"]["enabled"] and not has_address and update.get("address") != "auto":
        raise StripeError(
            "Automatic tax calculation in Checkout requires a valid address on the Customer. Add a valid address to "
            "the Customer or set either `customer_update[address]` to 'auto' or `customer_update[shipping]` to 'auto' "
            "to save the address entered in Checkout to the Customer.",
            code="customer_tax_location_invalid",
            param="automatic_tax[enabled]",
        )
    if (session.get("tax_id_collection") or {}).get("enabled") and update.get("name") != "auto":
        raise parameter_invalid(
            "tax_id_collection[enabled]",
            "Tax ID collection requires updating business name on the customer. To enable tax ID collection for an "
            "existing customer, please set `customer_update[name]` to `auto`.",
        )


def _read_consent(params: Params, session: Json) -> None:
    group = params.section("consent_collection")
    if group is None:
        return
    agreement = group.section("payment_method_reuse_agreement")
    position = agreement.choice("position", ["auto", "hidden"], required=True) if agreement is not None else None
    session["consent_collection"] = {
        "payment_method_reuse_agreement": {"position": position} if position else None,
        "promotions": group.choice("promotions", ["auto", "none"]),
        "terms_of_service": group.choice("terms_of_service", ["none", "required"]),
    }


def _read_texts(params: Params, session: Json) -> None:
    group = params.section("custom_text")
    for name in TEXTS if group is not None else ():
        assert group is not None
        text = group.section(name)
        if text is not None:
            session["custom_text"][name] = {"message": text.need("message", max_length=LONGEST_TEXT)}


def _read_invoice_creation(params: Params, session: Json) -> None:
    if session["mode"] == "payment":
        session["invoice_creation"] = _invoice_creation(enabled=False)
    group = params.section("invoice_creation")
    if group is None:
        return
    if session["mode"] != "payment":
        raise parameter_invalid("invoice_creation", "`invoice_creation` can only be used in `payment` mode.")
    session["invoice_creation"] = _invoice_creation(enabled=bool(group.flag("enabled")))
    data = group.section("invoice_data")
    if data is not None:
        fields = [
            {"name": field.need("name", max_length=40), "value": field.need("value", max_length=140)}
            for field in data.sections("custom_fields")
        ]
        session["invoice_creation"]["invoice_data"].update(
            custom_fields=fields or None,
            description=data.text("description", max_length=1500),
            footer=data.text("footer"),
            metadata=data.metadata(),
        )


def _invoice_creation(*, enabled: bool) -> Json:
    names = ("account_tax_ids", "custom_fields", "description", "footer", "issuer", "metadata", "rendering_options")
    return {"enabled": enabled, "invoice_data": dict.fromkeys(names)}
