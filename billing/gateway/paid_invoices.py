"""A plan's invoice with its lines, as it stands at Stripe."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing.gateway.client import client, translated
from billing.gateway.facts import id_of, moment


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """``amount_minor`` of the invoice's currency, negative where something is given back; ``is_proration``: a part of a
    period, after a change.
    """

    description: str
    amount_minor: int
    price_id: str
    is_proration: bool
    begins: datetime | None
    ends: datetime | None

    @classmethod
    def from_stripe(cls, line: Mapping[str, Any]) -> "InvoiceLine":
        """From Stripe's line item; since API 2025-03-31 price and proration stand below ``pricing`` and ``parent``."""
        price = ((line.get("pricing") or {}).get("price_details") or {}).get("price")
        parent = line.get("parent") or {}
        details = parent.get("subscription_item_details") or parent.get("invoice_item_details") or {}
        period = line.get("period") or {}
        return cls(
            description=line.get("description") or "",
            amount_minor=line["amount"],
            price_id=id_of(price) or "",
            is_proration=bool(details.get("proration")),
            begins=moment(period.get("start")),
            ends=moment(period.get("end")),
        )


@dataclass(frozen=True, slots=True)
class PaidInvoice:
    """``number`` is Stripe's own, by which its e-mails and pages name it."""

    id: str
    number: str
    customer_id: str
    currency: str
    lines: tuple[InvoiceLine, ...]


def retrieve_paid_invoice(invoice_id: str) -> PaidInvoice:
    """The invoice with all of its lines."""
    with translated():
        found = client().v1.invoices.retrieve(invoice_id).to_dict()
        lines = [line.to_dict() for line in client().v1.invoices.line_items.list(invoice_id).auto_paging_iter()]
    return PaidInvoice(
        id=found["id"],
        number=found.get("number") or "",
        customer_id=id_of(found["customer"]) or "",
        currency=found["currency"].upper(),
        lines=tuple(InvoiceLine.from_stripe(line) for line in lines),
    )
