"""Payment intents: confirmed, authenticated, captured, canceled; each attempt leaves a charge and its books."""

from __future__ import annotations

from collections.abc import Callable

from ..cards import DECLINES, Card, card_named, decline_error
from ..clocks import billing_now
from ..errors import StripeError, parameter_invalid, unexpected_state
from ..events import emit, snapshot
from ..identifiers import new_id, random_text
from ..money import card_fee, minimum_charge, shown
from ..shapes import payments as shapes
from ..shapes import wallets as wallet_shapes
from ..transaction import Json, Transaction
from . import radar
from .books import book
from .cards_on_file import attach
from .disputes import open_dispute

# Eight digits in the currency's smallest unit: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
LARGEST_CHARGE = 99_999_999
Hook = Callable[[Transaction, Json], None]
SUCCEEDED: dict[str, Hook] = {}
FAILED: dict[str, Hook] = {}
PROCESSING: dict[str, Hook] = {}
"""What else happens when an intent ends, by who owns it (``session``, ``invoice``); the owners register here."""


def check_amount(amount: int, currency: str, *, param: str = "amount") -> None:
    if amount < minimum_charge(currency):
        raise StripeError(
            f"Amount must be at least {shown(minimum_charge(currency), currency)}",
            code="amount_too_small",
            param=param,
            is_final=False,
        )
    if amount > LARGEST_CHARGE:
        raise StripeError(
            f"Amount must be no more than {shown(LARGEST_CHARGE, currency)}",
            code="amount_too_large",
            param=param,
            is_final=False,
        )


def create_intent(
    tx: Transaction, *, amount: int, currency: str, fields: Json | None = None, private: Json | None = None
) -> Json:
    """A new intent. ``fields`` overrides fields of the object; ``private`` may name its owner."""
    check_amount(amount, currency)
    id = new_id("pi")
    intent = shapes.payment_intent(
        id=id,
        created=tx.real_now_s,
        amount=amount,
        currency=currency,
        client_secret=f"{id}_secret_{random_text(25)}",
    )
    intent.update(fields or {})
    intent["status"] = "requires_confirmation" if intent["payment_method"] else "requires_payment_method"
    tx.insert("payment_intent", intent, private or {})
    emit(tx, "payment_intent.created", intent)
    return intent


def require_status(intent: Json, allowed: tuple[str, ...], action: str) -> None:
    if intent["status"] not in allowed:
        raise unexpected_state(
            f"You cannot {action} this PaymentIntent because it has a status of {intent['status']}.",
            code="payment_intent_unexpected_state",
            payment_intent=snapshot(intent),
        )


def confirm(
    tx: Transaction, intent: Json, *, off_session: bool = False, return_url: str | None = None, base_url: str = ""
) -> Json:
    """Charge the intent's card, or ask for authentication. Raises a card_error when it is declined."""
    require_status(intent, ("requires_payment_method", "requires_confirmation", "requires_action"), "confirm")
    if not intent["payment_method"]:
        raise unexpected_state(
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
            "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a "
            "payment method.",
            code="payment_intent_unexpected_state",
            payment_intent=snapshot(intent),
        )
    method_private = tx.private(intent["payment_method"])
    method_type = tx.load("payment_method", intent["payment_method"])["type"]
    if method_type not in intent["payment_method_types"] and not intent["automatic_payment_methods"]:
        raise parameter_invalid(
            "payment_method",
            f"The PaymentMethod provided ({method_type}) is not allowed for this PaymentIntent. Allowed are: "
            f"{', '.join(intent['payment_method_types'])}.",
        )
    if method_type in ("alipay", "wechat_pay"):
        return _ask_wallet(tx, intent, method_type, return_url=return_url, base_url=base_url)
    card = card_named(method_private["behaviour"])
    if card.authenticates and not method_private.get("may_charge_off_session"):
        if off_session:
            return fail_attempt(tx, intent, reason="authentication_required")
        intent["status"] = "requires_action"
        intent["next_action"] = {
            "type": "redirect_to_url",
            "redirect_to_url": {
                "return_url": return_url,
                "url": f"{base_url}/authenticate/{intent['id']}?client_secret={intent['client_secret']}",
            },
        }
        tx.private(intent["id"])["return_url"] = return_url
        tx.save(intent)
        emit(tx, "payment_intent.requires_action", intent)
        return intent
    return _charge(tx, intent, card, off_session=off_session, authenticated=False)


def _ask_wallet(tx: Transaction, intent: Json, type: str, *, return_url: str | None, base_url: str) -> Json:
    """Send the buyer to her wallet."""
    url = f"{base_url}/wallet/{intent['id']}?client_secret={intent['client_secret']}"
    intent["status"] = "requires_action"
    intent["next_action"] = wallet_shapes.next_action(type, url=url, return_url=return_url)
    tx.private(intent["id"])["return_url"] = return_url
    tx.save(intent)
    emit(tx, "payment_intent.requires_action", intent)
    return intent


def authenticate(tx: Transaction, intent: Json, *, succeeds: bool) -> Json:
    """The card holder answered her bank's question. Raises a card_error when she failed it."""
    require_status(intent, ("requires_action",), "authenticate")
    card = card_named(tx.private(intent["payment_method"])["behaviour"])
    intent["next_action"] = None
    if not succeeds:
        return fail_attempt(tx, intent, reason="authentication", has_charge=False)
    return _charge(tx, intent, card, off_session=False, authenticated=True)


def new_charge(tx: Transaction, intent: Json, *, authenticated: bool = False, cvc_check: str | None = None) -> Json:
    """A charge for an intent, not stored yet; what is no card is a ``py_…``, as on Stripe."""
    method = tx.load("payment_method", intent["payment_method"])
    charge = shapes.charge(
        id=new_id("ch" if method["type"] == "card" else "py"),
        created=tx.real_now_s,
        amount=intent["amount"],
        currency=intent["currency"],
        billing=method["billing_details"],
    )
    for field in (
        "customer",
        "description",
        "metadata",
        "payment_method",
        "receipt_email",
        "shipping",
        "statement_descriptor",
        "statement_descriptor_suffix",
        "transfer_group",
    ):
        charge[field] = intent[field]
    charge["payment_intent"] = intent["id"]
    charge["calculated_statement_descriptor"] = intent["statement_descriptor"] or "LOCAL TEST"
    if method["type"] != "card":
        charge["payment_method_details"] = wallet_shapes.wallet_charge_details(method["type"])
        return charge
    charge["payment_method_details"] = shapes.card_charge_details(
        method,
        behaviour=tx.private(method["id"])["behaviour"],
        amount=intent["amount"],
        authenticated=authenticated,
        cvc_check=cvc_check,
    )
    return charge


def _charge(tx: Transaction, intent: Json, card: Card, *, off_session: bool, authenticated: bool) -> Json:
    if radar.blocks(tx, card):
        return fail_attempt(tx, intent, reason="blocked", authenticated=authenticated)
    if card.decline and not (card.declines_later_only and not off_session):
        return fail_attempt(tx, intent, reason=card.decline, authenticated=authenticated)
    method = tx.load("payment_method", intent["payment_method"])
    if method["type"] != "card":
        return charge_wallet(tx, intent)
    if method["card"]["checks"]["cvc_check"] == "unchecked":
        method["card"]["checks"]["cvc_check"] = "pass"
        tx.save(method)
    charge = new_charge(tx, intent, authenticated=authenticated, cvc_check=method["card"]["checks"]["cvc_check"])
    charge.update(paid=True, status="succeeded")
    charge["outcome"] = radar.outcome_of(tx, card)
    tx.insert("charge", charge, {"available_at_once": card.available_at_once})
    intent.update(latest_charge=charge["id"], last_payment_error=None, next_action=None)
    if intent["customer"] and intent["setup_future_usage"]:
        tx.private(method["id"])["may_charge_off_session"] = authenticated
        tx.save(method)
        attach(tx, method, tx.load("customer", intent["customer"]), charged=True)
    if intent["capture_method"] == "manual":
        intent.update(status="requires_capture", amount_capturable=intent["amount"])
        tx.save(intent)
        emit(tx, "charge.succeeded", charge)
        emit(tx, "payment_intent.amount_capturable_updated", intent)
        return intent
    _book_capture(tx, charge, charge["amount"])
    emit(tx, "charge.succeeded", charge)
    _succeed(tx, intent, charge["amount"])
    _after_success(tx, charge, intent, card)
    return intent


def _after_success(tx: Transaction, charge: Json, intent: Json, card: Card) -> None:
    """What a test card brings upon a payment that was taken."""
    radar.after_charge(tx, charge, intent, card)
    if card.disputed_as:
        open_dispute(tx, charge, reason=card.disputed_as, is_inquiry=card.is_inquiry)


def charge_wallet(tx: Transaction, intent: Json, *, charge: Json | None = None) -> Json:
    """A payment without a card succeeds: a new charge, or the pending one of a delayed payment."""
    is_new = charge is None
    charge = charge or new_charge(tx, intent)
    charge.update(paid=True, status="succeeded")
    charge["outcome"] = radar.outcome_of(tx, card_named(charge["payment_method_details"]["type"]))
    if is_new:
        tx.insert("charge", charge)
    intent.update(latest_charge=charge["id"], last_payment_error=None, next_action=None)
    _book_capture(tx, charge, charge["amount"])
    emit(tx, "charge.succeeded", charge)
    _succeed(tx, intent, charge["amount"])
    return intent


def _book_capture(tx: Transaction, charge: Json, amount: int) -> None:
    now = billing_now(tx)
    at_once = tx.private(charge["id"]).get("available_at_once")
    entry = book(
        tx,
        type="charge" if charge["payment_method_details"]["type"] == "card" else "payment",
        reporting_category="charge",
        source=charge["id"],
        amount=amount,
        fee=card_fee(amount),
        currency=charge["currency"],
        available_on=now if at_once else now + int(tx.setting("funds_delay_s") or 0),
        description=charge["description"],
    )
    charge.update(captured=True, amount_captured=amount, balance_transaction=entry["id"])
    tx.save(charge)


def _succeed(tx: Transaction, intent: Json, amount_received: int) -> None:
    intent.update(status="succeeded", amount_received=amount_received, amount_capturable=0)
    tx.save(intent)
    emit(tx, "payment_intent.succeeded", intent)
    call_hook(tx, intent, SUCCEEDED)


def call_hook(tx: Transaction, intent: Json, hooks: dict[str, Hook]) -> None:
    """Tell the intent's owner what became of it."""
    hook = hooks.get(tx.private(intent["id"]).get("owner", ""))
    if hook is not None:
        hook(tx, intent)


def fail_attempt(
    tx: Transaction,
    intent: Json,
    *,
    reason: str,
    has_charge: bool = True,
    authenticated: bool = False,
    charge: Json | None = None,
) -> Json:
    """Record a failed attempt and raise its card_error; the intent waits for another card.

    ``charge``: the pending charge that fails; else a new one is made, unless ``has_charge`` is false.
    """
    if reason == "authentication_required":
        error = StripeError(
            "Your card was declined. This transaction requires authentication.",
            status=402,
            type="card_error",
            code="authentication_required",
            extra={"decline_code": "authentication_required"},
            keeps_effects=True,
        )
    else:
        error = decline_error(reason, charge=None, payment_intent=None)
    method = tx.load("payment_method", intent["payment_method"])
    if has_charge:
        if reason == "cvc":
            method["card"]["checks"]["cvc_check"] = "fail"
            tx.save(method)
        is_new = charge is None
        charge = charge or new_charge(
            tx, intent, authenticated=authenticated, cvc_check="fail" if reason == "cvc" else None
        )
        decline_code = error.extra.get("decline_code") or error.code
        charge.update(status="failed", failure_code=error.code, failure_message=error.message)
        charge["outcome"] = radar.outcome_of_failure(
            card_named(tx.private(method["id"])["behaviour"]),
            reason=reason,
            decline_code=str(decline_code),
            advice=DECLINES[reason].advice_code if reason in DECLINES else None,
        )
        if is_new:
            tx.insert("charge", charge)
        else:
            tx.save(charge)
        emit(tx, "charge.failed", charge)
        intent["latest_charge"] = charge["id"]
        error.extra["charge"] = charge["id"]
    details = error.as_body()["error"]
    intent.update(
        status="requires_payment_method",
        payment_method=None,
        next_action=None,
        last_payment_error={**details, "payment_method": snapshot(method)},
    )
    tx.save(intent)
    emit(tx, "payment_intent.payment_failed", intent)
    call_hook(tx, intent, FAILED)
    error.extra["payment_intent"] = snapshot(intent)
    error.extra["payment_method"] = snapshot(method)
    raise error


def capture(tx: Transaction, intent: Json, amount: int | None) -> Json:
    """Take authorized money, all or a part; the rest is released."""
    require_status(intent, ("requires_capture",), "capture")
    amount = intent["amount_capturable"] if amount is None else amount
    if amount > intent["amount_capturable"]:
        raise unexpected_state(
            "The provided amount_to_capture is greater than what the PaymentIntent has left to capture.",
            code="amount_too_large",
            param="amount_to_capture",
        )
    charge = tx.load("charge", intent["latest_charge"])
    released = charge["amount"] - amount
    if released:
        charge["amount_refunded"] = released
    _book_capture(tx, charge, amount)
    emit(tx, "charge.captured", charge)
    _succeed(tx, intent, amount)
    _after_success(tx, charge, intent, card_named(tx.private(intent["payment_method"])["behaviour"]))
    return intent


def cancel_intent(tx: Transaction, intent: Json, *, reason: str | None) -> Json:
    require_status(
        intent,
        ("requires_payment_method", "requires_confirmation", "requires_action", "requires_capture"),
        "cancel",
    )
    if intent["status"] == "requires_capture":
        charge = tx.load("charge", intent["latest_charge"])
        charge.update(refunded=True, amount_refunded=charge["amount"])
        tx.save(charge)
        emit(tx, "charge.refunded", charge)
    intent.update(
        status="canceled",
        canceled_at=tx.real_now_s,
        cancellation_reason=reason,
        amount_capturable=0,
        next_action=None,
    )
    tx.save(intent)
    emit(tx, "payment_intent.canceled", intent)
    return intent
