"""Keeping whose tax stands in a sale, and telling Stripe what its tax needs to know of a buyer."""

import logging
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.conf import settings

from billing import gateway
from billing.gateway import CheckoutTaxes, StripeRefused, TaxAddress, Taxed
from billing.models import BillingDetails, StripeCustomer, TaxedPart, WithTax
from marketplace.core.money import Money

logger = logging.getLogger(__name__)
# Stripe's words for kinds of tax ids, by our prefix; all others are of the EU (Northern Ireland's XI among them).
_TYPES = {"GB": "gb_vat", "CH": "ch_vat", "NO": "no_vat"}


def agreed_taxes(taxes: CheckoutTaxes, *, asked: Mapping[str, Money]) -> dict[str, Taxed] | None:
    """Stripe's lines by our references, where they are those that we ``asked`` for, at their prices, and all tax of a
    line is inside of its price or on top of it; else None.
    """
    found = {line.reference: line for line in taxes.lines}
    if len(found) != len(taxes.lines) or dict(asked) != {ref: line.asked for ref, line in found.items()}:
        return None
    return found if all(_is_possible(line) for line in taxes.lines) else None


def _is_possible(line: Taxed) -> bool:
    nothing = Money(0, line.asked.currency)
    return line.paid - line.asked in (nothing, line.tax) and not line.tax < nothing and not line.paid < line.tax


def put_tax(on: WithTax, line: Taxed) -> None:
    """Write a line's tax beside its price; the caller saves it."""
    on.tax_minor = line.tax.amount_minor
    on.tax_added_minor = (line.paid - line.asked).amount_minor


def note_taxes(*, object_ref: str, lines: Iterable[Taxed], buyer_tax_id: str = "") -> None:
    """Keep what Stripe computed for ``object_ref``, lines of one rate together; a repetition changes nothing."""
    parts: dict[tuple[str, int, str], TaxedPart] = {}
    for line in lines:
        if not line.reason:
            logger.warning("Stripe computed no tax for a line of %s", object_ref)
            continue
        key = (line.place[:10], line.basis_points, line.reason[:40])
        part = parts.setdefault(
            key,
            TaxedPart(
                object_ref=object_ref,
                place=key[0],
                basis_points=key[1],
                reason=key[2],
                paid_minor=0,
                tax_minor=0,
                currency=line.paid.currency,
                buyer_tax_id=buyer_tax_id[:60],
            ),
        )
        part.paid_minor += line.paid.amount_minor
        part.tax_minor += line.tax.amount_minor
    TaxedPart.objects.bulk_create(parts.values(), ignore_conflicts=True)


def tell_stripe_where(user_id: UUID) -> None:
    """Give ``user_id``'s customer at Stripe the name, address and VAT id of her billing details, where she has both.

    A VAT id that Stripe does not take is left out: the tax is charged then. Raises the gateway's errors.
    """
    details = BillingDetails.objects.filter(user=user_id).first()
    customer = StripeCustomer.objects.filter(user=user_id).first()
    if not settings.CONFIGURATION.stripe_tax or details is None or customer is None:
        return
    gateway.keep_customer_for_tax(
        customer_id=customer.stripe_customer_id,
        name=details.name,
        address=TaxAddress(details.street, details.more, details.postcode, details.city, details.country),
    )
    try:
        gateway.keep_tax_id(
            customer_id=customer.stripe_customer_id,
            kind=_TYPES.get(details.vat_id[:2], "eu_vat"),
            value=details.vat_id,
        )
    except StripeRefused as error:
        if error.facts.get("stripe_code") != "tax_id_invalid":
            raise
        logger.warning("Stripe does not take the VAT id of customer %s", customer.stripe_customer_id)
