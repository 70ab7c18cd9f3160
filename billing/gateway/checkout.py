"""Hosted checkouts: for one payment, and for a subscription."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from billing.gateway.client import again, client, options, translated
from billing.gateway.errors import StripeFailedBefore
from billing.gateway.facts import LINE_KEY, CheckoutLine, CheckoutSession

# The languages of ours that Stripe's page names otherwise; others it calls the same.
_LOCALES = {"zh-hans": "zh"}


def create_checkout(
    *,
    lines: Sequence[CheckoutLine],
    success_url: str,
    cancel_url: str,
    reference: str,
    metadata: Mapping[str, str],
    customer_email: str = "",
    expires_at: datetime | None = None,
    locale: str = "auto",
    idempotency_key: str,
    customer_id: str = "",
    methods: Sequence[str] = ("card",),
    computes_tax: bool = False,
) -> CheckoutSession:
    """Open a checkout for one payment.

    ``reference`` (at most 200 characters) and ``metadata`` come back with its events and stand on the
    payment too; ``expires_at`` must be 30 minutes to 24 hours away. ``customer_id`` wins over
    ``customer_email``. ``methods``: Stripe's words for how it may be paid; with some of them (Alipay, WeChat Pay) the
    checkout may be complete before the money is there, which then comes or does not. ``computes_tax``: by Stripe Tax,
    for the address that the buyer gives.
    """
    params: dict[str, Any] = {
        "mode": "payment",
        "line_items": [_line_item(line) for line in lines],
        "payment_intent_data": {"metadata": dict(metadata)},
        **_common(success_url, cancel_url, reference, metadata, locale),
        "payment_method_types": list(methods),
    }
    if "wechat_pay" in methods:
        params["payment_method_options"] = {"wechat_pay": {"client": "web"}}
    if customer_id:
        params["customer"] = customer_id
    elif customer_email:
        params["customer_email"] = customer_email
    if expires_at is not None:
        params["expires_at"] = int(expires_at.timestamp())
    if computes_tax:
        params |= _taxed(has_customer=bool(customer_id))
    return _create(params, idempotency_key)


def create_plan_checkout(
    *,
    price_id: str,
    customer_id: str,
    success_url: str,
    cancel_url: str,
    reference: str,
    metadata: Mapping[str, str],
    trial_days: int = 0,
    locale: str = "auto",
    computes_tax: bool = False,
    idempotency_key: str,
) -> CheckoutSession:
    """Open a checkout that starts a subscription, after ``trial_days`` without charge; ``metadata`` stands on the
    subscription and its invoices too. ``computes_tax``: of this payment and of every later invoice.
    """
    data: dict[str, Any] = {"metadata": dict(metadata)}
    if trial_days:
        data["trial_period_days"] = trial_days
    params: dict[str, Any] = {
        "mode": "subscription",
        "line_items": [{"price": price_id, "quantity": 1}],
        "customer": customer_id,
        "subscription_data": data,
        **_common(success_url, cancel_url, reference, metadata, locale),
    }
    if computes_tax:
        params |= _taxed(has_customer=True)
    return _create(params, idempotency_key)


def retrieve_checkout(session_id: str) -> CheckoutSession:
    """The checkout as it is now."""
    with translated():
        session = client().v1.checkout.sessions.retrieve(session_id)
    return CheckoutSession.from_stripe(session.to_dict())


def expire_checkout(session_id: str) -> CheckoutSession:
    """Close an open checkout. Raises StripeRefused where it is not open any more."""
    with translated():
        session = client().v1.checkout.sessions.expire(session_id)
    return CheckoutSession.from_stripe(session.to_dict())


def _common(
    success_url: str, cancel_url: str, reference: str, metadata: Mapping[str, str], locale: str
) -> dict[str, Any]:
    return {
        "success_url": success_url,
        "cancel_url": cancel_url,
        "client_reference_id": reference,
        "metadata": dict(metadata),
        "locale": _LOCALES.get(locale, locale),
        "payment_method_types": ["card"],
    }


def _taxed(*, has_customer: bool) -> dict[str, Any]:
    """Stripe needs an address for the tax; a customer's is replaced by what she types, or there would be two."""
    params: dict[str, Any] = {
        "automatic_tax": {"enabled": True},
        "billing_address_collection": "required",
        "tax_id_collection": {"enabled": True},
    }
    if has_customer:
        params["customer_update"] = {"address": "auto", "name": "auto"}
    return params


def _line_item(line: CheckoutLine) -> dict[str, Any]:
    if line.price_id:
        return {"price": line.price_id, "quantity": line.quantity}
    product: dict[str, Any] = {"name": line.name}
    price: dict[str, Any] = {"currency": line.amount.currency.lower(), "unit_amount": line.amount.amount_minor}
    if line.tax is not None:
        product |= {"tax_code": line.tax.code, "metadata": {LINE_KEY: line.tax.reference}}
        price["tax_behavior"] = line.tax.behaviour
    return {"price_data": {**price, "product_data": product}, "quantity": line.quantity}


def _create(params: dict[str, Any], idempotency_key: str) -> CheckoutSession:
    """Where a failure stands under the key, another session is opened: of the first one nobody has the address."""
    try:
        return _create_once(params, idempotency_key)
    except StripeFailedBefore:
        return _create_once(params, again(idempotency_key))


def _create_once(params: dict[str, Any], idempotency_key: str) -> CheckoutSession:
    with translated():
        session = client().v1.checkout.sessions.create(params, options(idempotency_key))  # type: ignore[arg-type]
    return CheckoutSession.from_stripe(session.to_dict())
