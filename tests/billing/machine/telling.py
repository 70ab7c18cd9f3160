"""What is known of one id that differs between the ledger and Stripe's books, so that its cause is seen at once."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from billing.models import Entry, StripeEvent, StripeMovement, Transaction

_JOBS = """
    SELECT id, task_name, status, attempts, scheduled_at, args::text FROM procrastinate_jobs
    WHERE args::text LIKE ANY(%s) ORDER BY id
"""


def told_of(ref: str) -> str:
    """The ledger's transactions, Stripe's balance transactions, events and jobs of all that ``ref`` belongs to."""
    refs = {ref, *_beside(ref)}
    objects = set(Transaction.objects.filter(stripe_ref__in=refs).values_list("object_ref", flat=True))
    return "\n".join(
        [
            f"== {ref}, with {', '.join(sorted(refs | objects))}",
            *_ledger(objects),
            *_movements(refs),
            *_events(refs),
            *_jobs(refs | {name.partition(":")[2] for name in objects}),
        ]
    )


def _beside(ref: str) -> set[str]:
    """The payment of a refund or a dispute, and the refunds and disputes of a payment, as events have named them."""
    found: set[str] = set()
    for payload in StripeEvent.objects.filter(payload__icontains=ref).values_list("payload", flat=True):
        found |= {str(payload[name]) for name in ("id", "payment_intent") if payload.get(name)}
    return {one for one in found if one.startswith(("pi_", "re_", "du_", "tr_", "in_"))}


def _ledger(objects: Iterable[str]) -> list[str]:
    lines = []
    for made in Transaction.objects.filter(object_ref__in=objects).order_by("created_at"):
        entries = Entry.objects.filter(transaction=made).select_related("account")
        moved = ", ".join(f"{entry.account.kind} {entry.amount_minor}" for entry in entries)
        lines.append(
            f"ledger {made.created_at:%H:%M:%S.%f} {made.object_ref} {made.effect} [{made.stripe_ref}] {moved}"
        )
    return lines


def _movements(refs: Iterable[str]) -> list[str]:
    found = StripeMovement.objects.filter(ref__in=refs).order_by("created")
    return [
        f"books  {one.created:%H:%M:%S} {one.type} {one.ref} {one.amount_minor}, copied {one.copied_at:%H:%M:%S}"
        for one in found
    ]


def _events(refs: Iterable[str]) -> list[str]:
    found = {
        event.pk: event
        for ref in refs
        for event in StripeEvent.objects.filter(payload__icontains=ref).order_by("received_at")
    }
    return [
        f"event  {one.received_at:%H:%M:%S.%f} {one.pk} {one.type} {one.payload.get('id')} {one.payload.get('status')}"
        f" {one.state} after {one.attempts} at {one.processed_at} {one.last_error}"
        for one in sorted(found.values(), key=lambda event: event.received_at)
    ]


def _jobs(names: Iterable[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_JOBS, [[f"%{name}%" for name in names if name]])
        return [f"job    {row}" for row in cursor.fetchall()]
