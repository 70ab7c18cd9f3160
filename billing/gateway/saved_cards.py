"""Cards that a customer has left with Stripe, and charging them while she is away."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from billing.gateway.client import client, done_once, options, translated
from billing.gateway.facts import id_of
from marketplace.core.money import Money

_UNDER_WAY = {"succeeded", "processing"}


@dataclass(frozen=True, slots=True)
class SavedCard:
    """A card as it may be shown: never its number."""

    id: str
    brand: str
    last4: str

    @property
    def label(self) -> str:
        """As people recognise it."""
        return f"{self.brand.capitalize()} •••• {self.last4}"


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment intent. ``status``: Stripe's word; the money is there where it is succeeded."""

    id: str
    status: str
    amount: Money
    metadata: dict[str, str]

    @property
    def is_paid(self) -> bool:
        """Whether the money is there."""
        return self.status == "succeeded"

    @classmethod
    def from_stripe(cls, intent: Mapping[str, Any]) -> "Payment":
        """From Stripe's payment_intent."""
        return cls(
            id=intent["id"],
            status=intent["status"],
            amount=Money(intent["amount"], intent["currency"].upper()),
            metadata=dict(intent.get("metadata") or {}),
        )


def saved_card(customer_id: str) -> SavedCard | None:
    """The card that a customer's invoices are charged to, else the newest that she left; None where she has none."""
    params: Any = {"type": "card", "limit": 100}
    with translated():
        customer = client().v1.customers.retrieve(customer_id).to_dict()
        methods = [one.to_dict() for one in client().v1.customers.payment_methods.list(customer_id, params).data]
    usual = id_of((customer.get("invoice_settings") or {}).get("default_payment_method"))
    methods.sort(key=lambda method: method["id"] != usual)
    if not methods:
        return None
    return SavedCard(methods[0]["id"], methods[0]["card"]["brand"], methods[0]["card"]["last4"])


def charge_saved_card(
    *,
    customer_id: str,
    payment_method_id: str,
    amount: Money,
    description: str,
    metadata: Mapping[str, str],
    tax_calculation_id: str = "",
    idempotency_key: str,
) -> Payment:
    """Charge a saved card without its holder. ``tax_calculation_id``: whose tax is in the amount.

    Raises StripeRefused, with ``stripe_code`` authentication_required where the bank wants to ask her, card_declined
    and others where it refuses.
    """
    params: Any = {
        "amount": amount.amount_minor,
        "currency": amount.currency.lower(),
        "customer": customer_id,
        "payment_method": payment_method_id,
        "payment_method_types": ["card"],
        "description": description,
        "metadata": dict(metadata),
        "confirm": True,
        "off_session": True,
    }
    if tax_calculation_id:
        params["hooks"] = {"inputs": {"tax": {"calculation": tax_calculation_id}}}
    return done_once(
        lambda key: _charge(params, key),
        idempotency_key,
        find=lambda: next((one for one in _payments_of(customer_id) if one.metadata == params["metadata"]), None),
    )


def _charge(params: Any, idempotency_key: str) -> Payment:
    with translated():
        answer = client().v1.payment_intents.create(params, options(idempotency_key))
    return Payment.from_stripe(answer.to_dict())


def payment_named(key: str, value: str, *, customer_id: str) -> Payment | None:
    """A customer's payment whose metadata say so, paid or under way; None where there is none. One that was refused is
    none.
    """
    return next((one for one in _payments_of(customer_id) if one.metadata.get(key) == value), None)


def _payments_of(customer_id: str) -> list[Payment]:
    """A customer's payments that are paid, or whose money is under way; the newest first."""
    params: Any = {"customer": customer_id, "limit": 100}
    with translated():
        listed = client().v1.payment_intents.list(params).auto_paging_iter()
        found = [Payment.from_stripe(intent.to_dict()) for intent in listed]
    return [payment for payment in found if payment.status in _UNDER_WAY]
