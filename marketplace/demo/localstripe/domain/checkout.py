"""Checkout sessions after their creation: a card is tried, the session completes or expires."""

from __future__ import annotations

from ..cards import CardDetails
from ..clocks import REAL, schedule, unschedule
from ..errors import StripeError, unexpected_state
from ..events import emit, snapshot, update_and_emit
from ..shapes.checkout import customer_details
from ..shapes.parts import billing_details
from ..transaction import Json, Transaction
from . import payments, subscriptions
from .cards_on_file import attach, create_payment_method, create_wallet_method
from .customers import create_customer
from .discounts import redeem
from .session_invoice import write_invoice
from .tax_ids import create_tax_id, tax_ids_of

EXPIRE = "expire_session"
_AUTOMATIC = {"disabled_reason": None, "liability": {"type": "self"}}


def plan_expiry(tx: Transaction, session: Json) -> None:
    schedule(tx, object_id=session["id"], task=EXPIRE, clock=REAL, due_at=session["expires_at"])


def expire_session(tx: Transaction, session: Json) -> Json:
    """End an open session; an attempt that waits for authentication is canceled. Raises when it is not open."""
    if session["status"] != "open":
        raise unexpected_state(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of '
            f"{session['status']}.",
            code="checkout_session_unexpected_state",
        )
    intent_id = tx.private(session["id"]).get("payment_intent")
    if intent_id:
        intent = tx.load("payment_intent", intent_id)
        if intent["status"] not in ("succeeded", "canceled"):
            payments.cancel_intent(tx, intent, reason="automatic")
    session.update(status="expired", url=None)
    tx.save(session)
    unschedule(tx, object_id=session["id"], task=EXPIRE)
    emit(tx, "checkout.session.expired", session)
    return session


def require_open(session: Json) -> None:
    """Raises when the session is complete or expired."""
    if session["status"] != "open":
        raise unexpected_state(
            f"This Checkout Session has a status of {session['status']}.",
            code="checkout_session_unexpected_state",
        )


def due_now(tx: Transaction, session: Json) -> int:
    """What is taken at once, in minor units: nothing while a trial runs."""
    trial_days = (tx.private(session["id"]).get("subscription_data") or {}).get("trial_period_days")
    return 0 if session["mode"] == "subscription" and trial_days else int(session["amount_total"])


def pay_session(
    tx: Transaction,
    session: Json,
    *,
    email: str,
    name: str | None,
    details: CardDetails | None,
    wallet: str | None = None,
    base_url: str,
) -> Json:
    """Try a card, or a ``wallet`` (``alipay``, ``wechat_pay``, ``link``), for an open session.

    Raises a card_error when it is declined; the customer can try again. Returns the session: complete, or still open
    with its intent in ``requires_action``.
    """
    require_open(session)
    private = tx.private(session["id"])
    private["typed"] = {"email": email, "name": name}
    address = (private.get("buyer") or {}).get("address")
    billing = billing_details(email=email, name=name, address=address)
    amount = due_now(tx, session)
    method: Json | None = None
    if details is not None:
        method = create_payment_method(tx, details=details, billing=billing)
        private["payment_method"] = method["id"]
    elif wallet is not None:
        method = create_wallet_method(tx, type=wallet, billing=billing)
        private["payment_method"] = method["id"]
    if amount == 0:
        tx.save(session)
        return complete_session(tx, session, intent=None)
    if method is None:
        raise StripeError("A card is needed.", code="parameter_missing", param="card")
    if session["customer"] is None and _needs_customer(session):
        customer = create_customer(tx, {"email": email, "name": name, "address": address})
        session["customer"] = customer["id"]
    intent = _intent_of(tx, session, amount)
    intent["payment_method"] = method["id"]
    intent["customer"] = session["customer"]
    intent["receipt_email"] = intent["receipt_email"] or email
    tx.save(intent)
    tx.save(session)
    payments.confirm(tx, intent, base_url=base_url, return_url=session["url"])
    return session


def _needs_customer(session: Json) -> bool:
    wants_invoice = (session["invoice_creation"] or {}).get("enabled")
    return session["mode"] == "subscription" or session["customer_creation"] == "always" or bool(wants_invoice)


def _intent_of(tx: Transaction, session: Json, amount: int) -> Json:
    """The session's one intent: a declined attempt is followed by another card on the same intent."""
    private = tx.private(session["id"])
    if private.get("payment_intent"):
        intent = tx.load("payment_intent", private["payment_intent"])
        if intent["status"] == "requires_action":
            # She came back from her bank's page by the back button and tries again.
            intent.update(status="requires_payment_method", next_action=None)
        payments.check_amount(amount, session["currency"], param="line_items")
        intent["amount"] = amount  # a discount or an address may have changed it since
        return intent
    fields = dict(private.get("payment_intent_data") or {})
    fields["payment_method_types"] = session["payment_method_types"]
    fields["payment_method_options"] = session["payment_method_options"]
    if session["mode"] == "subscription":
        fields["setup_future_usage"] = "off_session"
        fields["description"] = "Subscription creation"
    intent = payments.create_intent(
        tx,
        amount=amount,
        currency=session["currency"],
        fields=fields,
        private={"owner": "session", "session": session["id"]},
    )
    private["payment_intent"] = intent["id"]
    if session["mode"] == "payment":
        session["payment_intent"] = intent["id"]
    return intent


def complete_session(tx: Transaction, session: Json, *, intent: Json | None) -> Json:
    """The money is there (or nothing is due): make the subscription, close the session, tell it."""
    private = tx.private(session["id"])
    typed = private.get("typed") or {}
    buyer = private.get("buyer") or {}
    if session["customer"] is None and _needs_customer(session):
        fields = {"email": typed.get("email"), "name": typed.get("name"), "address": buyer.get("address")}
        session["customer"] = create_customer(tx, fields)["id"]
    _keep_with_customer(tx, session, private)
    used = private.get("discount")
    if used:
        redeem(tx, coupon_id=used["coupon"], code_id=used["promotion_code"])
    if session["mode"] == "subscription":
        customer = tx.load("customer", session["customer"])
        method_id = private.get("payment_method")
        if method_id:
            attach(tx, tx.load("payment_method", method_id), customer, charged=True)
        data = private.get("subscription_data") or {}
        subscription = subscriptions.start_subscription(
            tx,
            customer=customer,
            items=[(item["price"], item["quantity"]) for item in private["line_items"]],
            default_payment_method=method_id,
            trial_days=data.get("trial_period_days"),
            metadata=data.get("metadata") or {},
            description=data.get("description"),
            paid_by=intent,
            fields={"automatic_tax": {**_AUTOMATIC, "enabled": True}} if session["automatic_tax"]["enabled"] else None,
        )
        session["subscription"] = subscription["id"]
        session["invoice"] = subscription["latest_invoice"]
    session.update(
        status="complete",
        payment_status=_payment_status(session, intent),
        url=None,
        consent=private.get("consent"),
        customer_details=_customer_details(tx, session, private),
    )
    if session["payment_status"] != "unpaid":
        write_invoice(tx, session, intent=intent)
    tx.save(session)
    unschedule(tx, object_id=session["id"], task=EXPIRE)
    emit(tx, "checkout.session.completed", session)
    return session


def _customer_details(tx: Transaction, session: Json, private: Json) -> Json:
    typed, buyer = private.get("typed") or {}, private.get("buyer") or {}
    customer = tx.find(session["customer"] or "", kind="customer")
    details = customer_details(email=typed.get("email"), name=typed.get("name"), country=None)
    details["address"] = buyer.get("address") or (customer or {}).get("address") or details["address"]
    details["business_name"] = buyer.get("business_name")
    details["tax_exempt"] = customer["tax_exempt"] if customer else "none"
    ids = [{"type": body["type"], "value": body["value"]} for body in tax_ids_of(tx, session["customer"] or "")]
    given = buyer.get("tax_id")
    details["tax_ids"] = [*ids, *([given] if given and given not in ids else [])]
    return details


def _keep_with_customer(tx: Transaction, session: Json, private: Json) -> None:
    """What the buyer typed goes to her customer: all of it to a new one, to an older one what the session allows."""
    customer, buyer = tx.find(session["customer"] or "", kind="customer"), private.get("buyer") or {}
    if customer is None:
        return
    wanted = private.get("customer_update") or {}
    is_new = session["customer_creation"] is not None
    before = snapshot(customer)
    if buyer.get("address") and (is_new or wanted.get("address") == "auto"):
        customer["address"] = buyer["address"]
    if is_new or wanted.get("name") == "auto":
        customer["name"] = buyer.get("business_name") or private["typed"].get("name") or customer["name"]
    update_and_emit(tx, customer, before, "customer.updated")
    given = buyer.get("tax_id")
    known = [body["value"] for body in tax_ids_of(tx, customer["id"])]
    if given and given["value"] not in known:
        create_tax_id(tx, customer, **given)


def _payment_status(session: Json, intent: Json | None) -> str:
    if not session["amount_total"] or intent is None:
        return "no_payment_required"
    return "unpaid" if intent["status"] == "processing" else "paid"


def _session_of(tx: Transaction, intent: Json) -> Json:
    return tx.load("checkout.session", tx.private(intent["id"])["session"])


def _intent_processing(tx: Transaction, intent: Json) -> None:
    complete_session(tx, _session_of(tx, intent), intent=intent)


def _intent_succeeded(tx: Transaction, intent: Json) -> None:
    session = _session_of(tx, intent)
    if session["status"] != "complete":
        complete_session(tx, session, intent=intent)
        return
    session["payment_status"] = "paid"
    write_invoice(tx, session, intent=intent)
    tx.save(session)
    emit(tx, "checkout.session.async_payment_succeeded", session)


def _intent_failed(tx: Transaction, intent: Json) -> None:
    """A declined card leaves the session open; only a delayed payment can fail once it is complete."""
    session = _session_of(tx, intent)
    if session["status"] == "complete":
        emit(tx, "checkout.session.async_payment_failed", session)


payments.PROCESSING["session"] = _intent_processing
payments.SUCCEEDED["session"] = _intent_succeeded
payments.FAILED["session"] = _intent_failed
