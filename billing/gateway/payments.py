"""Giving a payment back, and who pays."""

from typing import Any

from billing.gateway.client import again, client, done_once, options, translated
from billing.gateway.errors import StripeFailedBefore
from billing.gateway.facts import Refund
from marketplace.core.money import Money

# Stripe's three words; anything else that we know goes into the metadata.
_REASONS = {"duplicate", "fraudulent", "requested_by_customer"}


def refund_payment(
    *, payment_intent_id: str, amount: Money | None = None, idempotency_key: str, reason: str = "", reference: str
) -> Refund:
    """Give a payment back, all that is left of it where ``amount`` is None; ``reference`` finds the refund again
    (`refund_named`).

    Raises StripeRefused with ``stripe_code`` charge_already_refunded where that was done under another key.
    """
    params: dict[str, Any] = {"payment_intent": payment_intent_id}
    if amount is not None:
        params["amount"] = amount.amount_minor
    if reason in _REASONS:
        params["reason"] = reason
    elif reason:
        params["metadata"] = {"reason": reason}
    params["metadata"] = {**params.get("metadata", {}), "reference": reference}
    try:
        return _refund(params, idempotency_key)
    except StripeFailedBefore:
        done = refund_named(reference, payment_intent_id=payment_intent_id)
        return done or _refund(params, again(idempotency_key))


def _refund(params: dict[str, Any], idempotency_key: str) -> Refund:
    with translated():
        answer = client().v1.refunds.create(params, options(idempotency_key))  # type: ignore[arg-type]
    return Refund.from_stripe(answer.to_dict())


def retrieve_refund(refund_id: str) -> Refund:
    """The refund as it is now."""
    with translated():
        answer = client().v1.refunds.retrieve(refund_id)
    return Refund.from_stripe(answer.to_dict())


def refund_named(reference: str, *, payment_intent_id: str) -> Refund | None:
    """The refund of a payment that was made under ``reference``; None where there is none."""
    return next((refund for refund in refunds_of(payment_intent_id) if refund.reference == reference), None)


def refunds_of(payment_intent_id: str) -> list[Refund]:
    """Every refund of a payment, by whomever it was made, the newest first."""
    params: Any = {"payment_intent": payment_intent_id, "limit": 100}
    with translated():
        found = client().v1.refunds.list(params).auto_paging_iter()
        return [Refund.from_stripe(refund.to_dict()) for refund in found]


def metadata_of_payment(payment_intent_id: str) -> dict[str, str]:
    """What we wrote on a payment when its checkout was made."""
    with translated():
        found = client().v1.payment_intents.retrieve(payment_intent_id).to_dict()
    return dict(found.get("metadata") or {})


def create_customer(*, email: str, name: str, pseudonym: str, idempotency_key: str) -> str:
    """Make a customer, so that a person's payments and plan stand together; answers the id."""
    params: dict[str, Any] = {"email": email, "metadata": {"pseudonym": pseudonym}}
    if name:
        params["name"] = name
    return done_once(
        lambda key: _create_customer(params, key), idempotency_key, find=lambda: _customer_of(pseudonym, email=email)
    )


def _create_customer(params: dict[str, Any], idempotency_key: str) -> str:
    with translated():
        return client().v1.customers.create(params, options(idempotency_key)).id  # type: ignore[arg-type]


def _customer_of(pseudonym: str, *, email: str) -> str | None:
    params: Any = {"email": email, "limit": 100}
    with translated():
        for customer in client().v1.customers.list(params).auto_paging_iter():
            if (customer.to_dict().get("metadata") or {}).get("pseudonym") == pseudonym:
                return customer.id
    return None


def create_portal(*, customer_id: str, return_url: str, locale: str = "auto") -> str:
    """The address of Stripe's page where a customer sees invoices and changes card or plan; good once, for
    minutes.
    """
    params: Any = {
        "customer": customer_id,
        "return_url": return_url,
        "locale": {"zh-hans": "zh"}.get(locale, locale),
    }
    with translated():
        return client().v1.billing_portal.sessions.create(params).url
