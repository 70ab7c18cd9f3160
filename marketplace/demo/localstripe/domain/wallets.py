"""Alipay, WeChat Pay and Link: which currencies they take, and what the buyer's wallet answers.

At Stripe the first two confirm at once. Here the wallet's page can also let the money come, or fail to come, some
time later, as a bank debit does: a shop that delivers before the money is there shows it.
"""

from __future__ import annotations

from ..clocks import clock_of_customer, now_on, schedule
from ..errors import StripeError, parameter_invalid
from ..events import emit
from ..transaction import Json, Transaction
from . import payments

CURRENCIES = {
    "alipay": "cny aud cad eur gbp hkd jpy sgd myr nzd usd".split(),  # noqa: SIM905
    "wechat_pay": "cny aud cad eur gbp hkd jpy sgd usd dkk nok sek chf".split(),  # noqa: SIM905
}
"""Presentment currencies (https://docs.stripe.com/payments/alipay, …/wechat-pay); Link takes all. Stripe narrows them
further by the business's country, which this server does not."""
TYPES = ("card", "alipay", "wechat_pay", "link")
SETTLE = "settle_wallet_payment"
LONGEST_WAIT_S = 30 * 24 * 3600


def check_types(types: list[str], *, currency: str, mode: str = "payment", param: str = "payment_method_types") -> None:
    """Raises where a type is not known, not for this currency, or not for subscriptions."""
    for type in types:
        if type not in TYPES:
            raise parameter_invalid(
                param, f"The payment method type provided: {type} is invalid. This server has {', '.join(TYPES)}."
            )
        if type != "card" and mode == "subscription":
            raise parameter_invalid(param, f"The payment method `{type}` cannot be used in `subscription` mode here.")
        if currency not in CURRENCIES.get(type, [currency]):
            raise parameter_invalid(
                param,
                f"The payment method `{type}` does not support the currency `{currency}`: "
                f"it takes {', '.join(CURRENCIES[type])}.",
            )


def answer(tx: Transaction, intent: Json, *, outcome: str, after_s: int) -> Json:
    """The buyer's answer on the wallet's page: ``pay``, ``refuse``, ``pay_later`` or ``fail_later``.

    Raises what a failed attempt raises, with its effects kept.
    """
    payments.require_status(intent, ("requires_action",), "confirm")
    intent["next_action"] = None
    if outcome == "pay":
        return payments.charge_wallet(tx, intent)
    if outcome == "refuse":
        return payments.fail_attempt(tx, intent, reason="wallet_refused", has_charge=False)
    if outcome not in ("pay_later", "fail_later"):
        raise StripeError(f"Not an answer of a wallet: {outcome}", param="answer")
    charge = payments.new_charge(tx, intent)
    charge["status"] = "pending"
    tx.insert("charge", charge)
    intent.update(status="processing", latest_charge=charge["id"], last_payment_error=None)
    tx.private(intent["id"])["settles"] = "succeeds" if outcome == "pay_later" else "fails"
    tx.save(intent)
    emit(tx, "charge.pending", charge)
    emit(tx, "payment_intent.processing", intent)
    clock = clock_of_customer(tx, intent["customer"])
    due_at = now_on(tx, clock) + min(max(after_s, 0), LONGEST_WAIT_S)
    schedule(tx, object_id=intent["id"], task=SETTLE, clock=clock, due_at=due_at)
    payments.call_hook(tx, intent, payments.PROCESSING)
    return intent


def settle(tx: Transaction, intent: Json) -> None:
    """The money of a delayed payment came, or it never will."""
    if intent["status"] != "processing":
        return
    charge = tx.load("charge", intent["latest_charge"])
    if tx.private(intent["id"])["settles"] == "succeeds":
        payments.charge_wallet(tx, intent, charge=charge)
        return
    try:
        payments.fail_attempt(tx, intent, reason="wallet_failed", charge=charge)
    except StripeError as failed:
        if not failed.keeps_effects:
            raise
