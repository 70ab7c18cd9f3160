"""An answer begins with the dispute: what is known is put together and kept, before anyone is asked."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings

from billing.models import Dispute
from marketplace.blobs import private_store
from marketplace.core.clock import now
from marketplace.orders.evidence import case_of, evidence_pdf, stripe_texts
from marketplace.orders.evidence.case import credit_purchase_of
from marketplace.orders.models import DisputeEvidence, Order

State = DisputeEvidence.State


def open_evidence(*, dispute: Dispute) -> None:
    """Begin the answer to ``dispute``, once, in the transaction that noted it; end it where the dispute is over.

    The moment at which it goes by itself follows the bank's deadline. What was neither an order of works nor a purchase
    of credits does not go by itself: little is known of it, and evidence can be handed in once only.
    """
    from marketplace.orders import tasks

    row = DisputeEvidence.objects.filter(pk=dispute.pk).first()
    order = _order_of(dispute)
    send_at = _send_at(dispute) if order or credit_purchase_of(dispute) else None
    if dispute.is_over:
        DisputeEvidence.objects.filter(pk=dispute.pk, state__in=DisputeEvidence.UNDECIDED).update(
            state=State.OVER, ended_at=now()
        )
    elif row is None:
        # Whoever notes a dispute holds its lock, so nobody else is here.
        DisputeEvidence.objects.create(dispute=dispute, order=order, send_at=send_at)
        tasks.defer_answer(tasks.gather_evidence, dispute.pk)
        tasks.defer_answer(tasks.tell_artists_of_dispute, dispute.pk)
    else:
        DisputeEvidence.objects.filter(pk=dispute.pk, state__in=DisputeEvidence.UNDECIDED).update(
            order=order, send_at=send_at
        )


def _order_of(dispute: Dispute) -> Order | None:
    return Order.objects.filter(payment_intent_id=dispute.payment_ref).exclude(payment_intent_id="").first()


def _send_at(dispute: Dispute) -> datetime | None:
    if dispute.evidence_due_by is None:
        return None
    return dispute.evidence_due_by - timedelta(hours=settings.CONFIGURATION.dispute_evidence_hours)


def gather_evidence(*, dispute_id: str) -> None:
    """Put together what is known now and keep it, so that it can be read, and is safe from what changes later."""
    row = DisputeEvidence.objects.get(pk=dispute_id)
    if not row.is_undecided:
        return
    found = gathered(row)
    DisputeEvidence.objects.filter(pk=dispute_id, state__in=DisputeEvidence.UNDECIDED).update(
        state=State.READY, gathered_at=now(), **found
    )


def gathered(row: DisputeEvidence) -> dict[str, object]:
    """The answer's fields as they are now, its document stored: what the row's columns get."""
    case = case_of(row)
    texts = stripe_texts(case)
    stored = private_store().put_content(
        evidence_pdf(case), prefix="evidence", suffix=".pdf", media_type="application/pdf"
    )
    return {
        "fields": texts,
        "file_key": stored.key,
        "file_sha256": stored.sha256,
        "sha256": digest(texts, stored.sha256),
    }


def digest(texts: Mapping[str, str], file_sha256: str) -> str:
    """SHA-256 (hex) over the fields and the document's own hash, as canonical JSON."""
    told = json.dumps({"texts": dict(texts), "file_sha256": file_sha256}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()
