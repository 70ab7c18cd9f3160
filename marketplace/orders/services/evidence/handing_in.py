"""What was chosen reaches Stripe, once, whatever crashes in between."""

from datetime import timedelta

from billing import gateway
from billing.services import note_dispute
from marketplace.blobs import private_store
from marketplace.core.clock import now
from marketplace.orders.models import DisputeEvidence
from marketplace.orders.services.evidence.gathering import gathered

State = DisputeEvidence.State
# A job's own tries end after some three hours; then the sweep takes the answer up again.
_LEFT_BEHIND_AFTER = timedelta(hours=4)


def hand_in_evidence(*, dispute_id: str) -> None:
    """Upload the document and submit the answer that was chosen to be sent. Raises the gateway's errors.

    What is sent is fixed in the row before Stripe hears of it, so that a repetition sends the same under the same keys;
    Stripe is asked first, since evidence can be submitted once only and keys live for a day.
    """
    row = DisputeEvidence.objects.get(pk=dispute_id)
    if row.state != State.SENDING:
        return
    found = gateway.retrieve_dispute(dispute_id)
    if not found.submissions and found.status not in row.dispute.ENDED:
        row = _fixed(row)
        try:
            found = _submit(row)
        except gateway.StripeRefused as refused:
            found = gateway.retrieve_dispute(dispute_id)
            if not found.submissions and found.status not in row.dispute.ENDED:
                _note_problem(row, str(refused.facts.get("reason") or refused))
                raise
    # Without our document it was somebody at Stripe's own pages who answered.
    is_ours = bool(found.submissions and row.stripe_file_id)
    _end(row, State.SENDING, State.SENT if is_ours else State.OVER)
    note_dispute(found)


def _fixed(row: DisputeEvidence) -> DisputeEvidence:
    """The row with what will be sent; gathered once more the first time, since the last words are newer."""
    if not row.stripe_file_id:
        found = gathered(row)
        # ``gathered_at`` after the choice says that it is fixed: whoever is first fixes it for all tries.
        DisputeEvidence.objects.filter(pk=row.pk, state=State.SENDING, gathered_at__lt=row.decided_at).update(
            gathered_at=now(), **found
        )
        row.refresh_from_db()
        file_id = gateway.upload_evidence(
            private_store().get(row.file_key),
            filename=f"evidence-{row.pk}.pdf",
            idempotency_key=f"evidence_file:{row.pk}:{row.file_sha256[:16]}",
        )
        DisputeEvidence.objects.filter(pk=row.pk, stripe_file_id="").update(stripe_file_id=file_id)
        row.refresh_from_db()
    return row


def _submit(row: DisputeEvidence) -> gateway.Dispute:
    return gateway.submit_evidence(
        row.pk,
        texts=row.fields,
        files={"service_documentation": row.stripe_file_id},
        idempotency_key=f"evidence:{row.pk}:{row.sha256[:16]}",
    )


def give_up_dispute(*, dispute_id: str) -> None:
    """Tell Stripe that the dispute is not contested. Raises the gateway's errors."""
    row = DisputeEvidence.objects.get(pk=dispute_id)
    if row.state != State.CONCEDING:
        return
    found = gateway.retrieve_dispute(dispute_id)
    if found.status not in row.dispute.ENDED:
        try:
            found = gateway.accept_dispute(dispute_id, idempotency_key=f"accept_dispute:{dispute_id}")
        except gateway.StripeRefused as refused:
            _note_problem(row, str(refused.facts.get("reason") or refused))
            raise
    _end(row, State.CONCEDING, State.CONCEDED if found.status == "lost" else State.OVER)
    note_dispute(found)


def _end(row: DisputeEvidence, before: str, after: str) -> None:
    """Another worker may have been faster: what is final is left alone."""
    DisputeEvidence.objects.filter(pk=row.pk, state=before).update(state=after, ended_at=now(), problem="")


def _note_problem(row: DisputeEvidence, said: str) -> None:
    DisputeEvidence.objects.filter(pk=row.pk, state__in=(State.SENDING, State.CONCEDING)).update(problem=said[:500])


def unfinished_answers() -> list[DisputeEvidence]:
    """Answers for which a job has something to do, and whose job has ended or died."""
    late = DisputeEvidence.objects.filter(state__in=DisputeEvidence.UNFINISHED)
    before = now() - _LEFT_BEHIND_AFTER
    return [row for row in late[:100] if (row.decided_at or row.created_at) < before]
