"""The documented test cards (https://docs.stripe.com/testing) and what each does.

A card's number is never stored: a payment method keeps brand, last four digits and the name of its behaviour.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from .errors import StripeError


@dataclass(frozen=True)
class Card:
    """A test card. ``decline`` names an entry of DECLINES; ``attaches`` is false where storing it declines too.

    ``risk`` is Radar's verdict; ``warned``: an early fraud warning follows; ``is_inquiry``: its dispute only asks.
    ``refund_waits``: its refund is pending first and succeeds later; ``refund_fails``: it succeeds and fails later.
    """

    brand: str
    funding: str = "credit"
    decline: str | None = None
    declines_later_only: bool = False
    authenticates: bool = False
    disputed_as: str | None = None
    available_at_once: bool = False
    refund_waits: bool = False
    refund_fails: bool = False
    is_inquiry: bool = False
    risk: str = "normal"
    always_blocked: bool = False
    warned: bool = False


@dataclass(frozen=True)
class Decline:
    code: str
    decline_code: str | None
    message: str
    advice_code: str | None = None


DECLINES = {
    "generic": Decline("card_declined", "generic_decline", "Your card was declined.", "try_again_later"),
    "insufficient_funds": Decline(
        "card_declined", "insufficient_funds", "Your card has insufficient funds.", "try_again_later"
    ),
    "lost": Decline("card_declined", "lost_card", "Your card was declined.", "do_not_try_again"),
    "stolen": Decline("card_declined", "stolen_card", "Your card was declined.", "do_not_try_again"),
    "velocity": Decline(
        "card_declined",
        "card_velocity_exceeded",
        "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
    ),
    "blocked": Decline("card_declined", "fraudulent", "Your card was declined.", "do_not_try_again"),
    "expired": Decline("expired_card", None, "Your card has expired.", "do_not_try_again"),
    "cvc": Decline("incorrect_cvc", None, "Your card's security code is incorrect.", "try_again_later"),
    "processing": Decline(
        "processing_error",
        None,
        "An error occurred while processing your card. Try again in a little bit.",
        "try_again_later",
    ),
    "authentication": Decline(
        "payment_intent_authentication_failure",
        None,
        "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
    ),
    "wallet_refused": Decline(
        "payment_method_customer_decline",
        None,
        "The customer did not confirm this payment. Please choose a different payment method and try again.",
    ),
    "wallet_failed": Decline(
        "payment_intent_payment_attempt_failed",
        None,
        "The payment failed: its money did not arrive.",
    ),
    "live": Decline(
        "card_declined",
        "test_mode_live_card",
        "Your card was declined. Your request was in test mode, but used a non test (live) card. For a list of valid "
        "test cards, visit: https://stripe.com/docs/testing.",
    ),
}

CARDS = {
    "4242424242424242": Card("visa"),
    "4000056655665556": Card("visa", "debit"),
    "5555555555554444": Card("mastercard"),
    "5200828282828210": Card("mastercard", "debit"),
    "378282246310005": Card("amex"),
    "6011111111111117": Card("discover"),
    "3056930009020004": Card("diners"),
    "3566002020360505": Card("jcb"),
    "6200000000000005": Card("unionpay"),
    "4000000000000077": Card("visa", available_at_once=True),
    "4000000000000002": Card("visa", decline="generic"),
    "4000000000009995": Card("visa", decline="insufficient_funds"),
    "4000000000009987": Card("visa", decline="lost"),
    "4000000000009979": Card("visa", decline="stolen"),
    "4000000000006975": Card("visa", decline="velocity"),
    "4000000000000069": Card("visa", decline="expired"),
    "4000000000000127": Card("visa", decline="cvc"),
    "4000000000000119": Card("visa", decline="processing"),
    "4000000000000341": Card("visa", decline="generic", declines_later_only=True),
    "4000002500003155": Card("visa", authenticates=True),
    "4000000000003220": Card("visa", authenticates=True),
    "4000008400001629": Card("visa", authenticates=True, decline="generic"),
    "4000000000000259": Card("visa", disputed_as="fraudulent"),
    "4000000000002685": Card("visa", disputed_as="product_not_received"),
    "4000000000001976": Card("visa", disputed_as="general", is_inquiry=True),
    "4000000000005423": Card("visa", warned=True),
    "4100000000000019": Card("visa", risk="highest", always_blocked=True),
    "4000000000004954": Card("visa", risk="highest"),
    "4000000000009235": Card("visa", risk="elevated"),
    "4000000000007726": Card("visa", refund_waits=True),
    "4000000000005126": Card("visa", refund_fails=True),
}

NO_CARDS = {
    "alipay": Card("alipay", refund_waits=True),
    "wechat_pay": Card("wechat_pay", refund_waits=True),
    "link": Card("link"),
}
"""Payment methods that are no cards. Refunds to a wallet arrive later (https://docs.stripe.com/payments/alipay)."""

BEHAVIOUR_OF_LIVE_CARD = Card("visa", decline="live")

SHORT_NAMES = {
    "visa": "4242424242424242",
    "visa_debit": "4000056655665556",
    "mastercard": "5555555555554444",
    "amex": "378282246310005",
    "bypassPending": "4000000000000077",
    "chargeDeclined": "4000000000000002",
    "chargeDeclinedInsufficientFunds": "4000000000009995",
    "chargeDeclinedLostCard": "4000000000009987",
    "chargeDeclinedStolenCard": "4000000000009979",
    "chargeDeclinedVelocityLimitExceeded": "4000000000006975",
    "chargeDeclinedExpiredCard": "4000000000000069",
    "chargeDeclinedIncorrectCvc": "4000000000000127",
    "chargeDeclinedProcessingError": "4000000000000119",
    "chargeCustomerFail": "4000000000000341",
    "authenticationRequired": "4000002500003155",
    "threeDSecure2Required": "4000000000003220",
    "pendingRefund": "4000000000007726",
    "refundFail": "4000000000005126",
    "createDispute": "4000000000000259",
    "createDisputeInquiry": "4000000000001976",
    "createIssuerFraudRecord": "4000000000005423",
    "radarBlock": "4100000000000019",
    "riskLevelHighest": "4000000000004954",
    "riskLevelElevated": "4000000000009235",
    "createDisputeProductNotReceived": "4000000000002685",
}
"""``pm_card_visa`` and ``tok_visa`` without their prefix (the tokens' names differ only in the prefix here)."""


@dataclass(frozen=True)
class CardDetails:
    """A card as it was typed, after checking. ``number`` lives only for the length of a request."""

    number: str
    exp_month: int
    exp_year: int
    cvc: str | None
    behaviour: str

    @property
    def card(self) -> Card:
        return card_named(self.behaviour)

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def fingerprint(self) -> str:
        """The same for every use of the same card."""
        return hashlib.sha256(f"localstripe:{self.number}".encode()).hexdigest()[:16]


def card_named(behaviour: str) -> Card:
    """``behaviour`` is a test card's number, a payment method that is no card, or ``live`` for any other card."""
    return CARDS.get(behaviour) or NO_CARDS.get(behaviour, BEHAVIOUR_OF_LIVE_CARD)


def card_error(message: str, *, code: str, param: str | None = None, **extra: object) -> StripeError:
    return StripeError(
        message, status=402, type="card_error", code=code, param=param, extra=dict(extra), keeps_effects=True
    )


def passes_luhn(number: str) -> bool:
    total = 0
    for index, digit in enumerate(reversed(number)):
        value = int(digit)
        if index % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def check_card(
    *, number: str, exp_month: str, exp_year: str, cvc: str | None, now_year: int, now_month: int
) -> CardDetails:
    """Check what can be checked without asking a bank. Raises a card_error that names the field."""
    digits = re.sub(r"[\s-]", "", number)
    if not re.fullmatch(r"\d{12,19}", digits) or not passes_luhn(digits):
        raise card_error("Your card number is incorrect.", code="incorrect_number", param="number")
    if not re.fullmatch(r"\d{1,2}", exp_month) or not 1 <= int(exp_month) <= 12:
        raise card_error("Your card's expiration month is invalid.", code="invalid_expiry_month", param="exp_month")
    if not re.fullmatch(r"\d{2}|\d{4}", exp_year):
        raise card_error("Your card's expiration year is invalid.", code="invalid_expiry_year", param="exp_year")
    year = int(exp_year) + (2000 if len(exp_year) == 2 else 0)
    if not now_year <= year <= now_year + 50:
        raise card_error("Your card's expiration year is invalid.", code="invalid_expiry_year", param="exp_year")
    if (year, int(exp_month)) < (now_year, now_month):
        raise card_error("Your card's expiration month is invalid.", code="invalid_expiry_month", param="exp_month")
    card = CARDS.get(digits, BEHAVIOUR_OF_LIVE_CARD)
    length = 4 if card.brand == "amex" else 3
    if cvc is not None and not re.fullmatch(rf"\d{{{length}}}", cvc.strip()):
        raise card_error("Your card's security code is invalid.", code="invalid_cvc", param="cvc")
    return CardDetails(
        number=digits,
        exp_month=int(exp_month),
        exp_year=year,
        cvc=cvc,
        behaviour=digits if digits in CARDS else "live",
    )


def decline_error(reason: str, *, charge: str | None, payment_intent: dict[str, object] | None) -> StripeError:
    """The error of a declined charge; its effects (the failed charge, the events) are kept."""
    decline = DECLINES[reason]
    extra: dict[str, object] = {}
    if charge:
        extra["charge"] = charge
    if decline.decline_code:
        extra["decline_code"] = decline.decline_code
    if decline.advice_code:
        extra["advice_code"] = decline.advice_code
    if payment_intent is not None:
        extra["payment_intent"] = payment_intent
    return card_error(decline.message, code=decline.code, param="cvc" if reason == "cvc" else None, **extra)
