"""Subscriptions and invoices as plain frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from billing.gateway.facts import id_of, moment
from marketplace.core.money import Money


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription as it is now. ``status`` is Stripe's word; ``ends_with_period``: it will not renew.

    ``anchor``: from which its periods are counted. ``is_collection_paused``: invoices are made void, until
    ``collection_resumes_at`` (None: until somebody resumes it). ``schedule_id``: a change waits for the period's end.
    ``end_reason``: Stripe's word, payment_failed among them.
    """

    id: str
    status: str
    customer_id: str
    item_id: str
    price_id: str
    anchor: datetime | None
    current_period_start: datetime | None
    current_period_end: datetime | None
    ends_with_period: bool
    ended_at: datetime | None
    trial_ends_at: datetime | None
    is_collection_paused: bool
    collection_resumes_at: datetime | None
    schedule_id: str
    end_reason: str
    latest_invoice_id: str
    metadata: dict[str, str]

    @classmethod
    def from_stripe(cls, subscription: Mapping[str, Any]) -> "Subscription":
        """From Stripe's subscription; since API 2025-03-31 the period stands on its items."""
        items = subscription["items"]["data"]
        first = items[0] if items else {}
        period_end = first.get("current_period_end") or subscription.get("current_period_end")
        pause = subscription.get("pause_collection") or {}
        return cls(
            id=subscription["id"],
            status=subscription["status"],
            customer_id=id_of(subscription["customer"]) or "",
            item_id=first.get("id") or "",
            price_id=id_of(first.get("price")) or "",
            anchor=moment(subscription.get("billing_cycle_anchor")),
            current_period_start=moment(first.get("current_period_start")),
            current_period_end=moment(period_end),
            ends_with_period=bool(subscription.get("cancel_at_period_end") or subscription.get("cancel_at")),
            ended_at=moment(subscription.get("ended_at")),
            trial_ends_at=moment(subscription.get("trial_end")),
            is_collection_paused=bool(pause),
            collection_resumes_at=moment(pause.get("resumes_at")),
            schedule_id=id_of(subscription.get("schedule")) or "",
            end_reason=(subscription.get("cancellation_details") or {}).get("reason") or "",
            latest_invoice_id=id_of(subscription.get("latest_invoice")) or "",
            metadata=dict(subscription.get("metadata") or {}),
        )


@dataclass(frozen=True, slots=True)
class Invoice:
    """A subscription's invoice. ``cause``: subscription_create, subscription_cycle, subscription_update, manual.

    ``price_id``, ``period_start`` and ``period_end`` are of the line that pays a whole period, not of what a change
    takes back or adds; None and empty where there is no such line. ``tax``: of the whole invoice; ``buyer_tax_id``: by
    which it was decided.
    """

    id: str
    status: str
    cause: str
    paid: Money
    due: Money
    tax: Money
    computes_tax: bool
    buyer_tax_id: str
    subscription_id: str | None
    subscription_metadata: dict[str, str]
    price_id: str
    period_start: datetime | None
    period_end: datetime | None

    @property
    def tax_paid(self) -> Money:
        """The tax in what was paid: no more than that, where a balance at Stripe paid the rest."""
        return Money(max(0, min(self.tax.amount_minor, self.paid.amount_minor)), self.paid.currency)

    @classmethod
    def from_stripe(cls, invoice: Mapping[str, Any]) -> "Invoice":
        """From Stripe's invoice; since API 2025-03-31 its subscription stands under ``parent``."""
        details = (invoice.get("parent") or {}).get("subscription_details") or {}
        line = _line_of_a_period(invoice)
        period = line.get("period") or {}
        pricing = (line.get("pricing") or {}).get("price_details") or {}
        currency = invoice["currency"].upper()
        return cls(
            id=invoice["id"],
            status=invoice["status"] or "",
            cause=invoice.get("billing_reason") or "",
            paid=Money(invoice["amount_paid"], currency),
            due=Money(invoice["amount_due"], currency),
            tax=Money(sum(part["amount"] for part in invoice.get("total_taxes") or []), currency),
            computes_tax=bool((invoice.get("automatic_tax") or {}).get("enabled")),
            buyer_tax_id=next((one["value"] or "" for one in invoice.get("customer_tax_ids") or []), ""),
            subscription_id=id_of(details.get("subscription")),
            subscription_metadata=dict(details.get("metadata") or {}),
            price_id=id_of(pricing.get("price")) or "",
            period_start=moment(period.get("start")),
            period_end=moment(period.get("end")),
        )


def _line_of_a_period(invoice: Mapping[str, Any]) -> Mapping[str, Any]:
    for line in (invoice.get("lines") or {}).get("data") or []:
        item = (line.get("parent") or {}).get("subscription_item_details")
        if item and not item.get("proration"):
            found: Mapping[str, Any] = line
            return found
    return {}


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A line of the invoice that a change would make; negative where something is given back."""

    description: str
    amount: Money


@dataclass(frozen=True, slots=True)
class ChangePreview:
    """What a change would charge now, and when the period that it begins ends."""

    due: Money
    lines: tuple[ChangeLine, ...]
    period_end: datetime | None

    @classmethod
    def from_stripe(cls, invoice: Mapping[str, Any]) -> "ChangePreview":
        """From Stripe's preview of an invoice."""
        currency = invoice["currency"].upper()
        lines = tuple(
            ChangeLine(line.get("description") or "", Money(line["amount"], currency))
            for line in invoice["lines"]["data"]
        )
        parts = invoice.get("total_taxes") or []
        on_top = sum(part["amount"] for part in parts if part.get("tax_behavior") == "exclusive")
        if on_top:
            lines = (*lines, ChangeLine(_("Tax"), Money(on_top, currency)))
        return cls(
            due=Money(invoice["amount_due"], currency),
            lines=lines,
            period_end=moment((_line_of_a_period(invoice).get("period") or {}).get("end")),
        )
