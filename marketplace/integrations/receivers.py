"""What happens in the rooms below, as events for those whom it concerns."""

from typing import Any
from uuid import UUID

from billing.models import Dispute, Payout, Sale
from billing.signals import dispute_closed, dispute_opened, payout_ended, sale_recorded, sale_refunded
from generation.models import GenerationJob
from generation.signals import job_ended
from marketplace.catalog.models import Work
from marketplace.core.money import Money
from marketplace.integrations.event_types import EventType
from marketplace.integrations.services import publish_event
from marketplace.licensing.models import LicenceEnding, LicenceGrant
from marketplace.licensing.signals import licence_ended, licence_granted
from marketplace.orders.models import RefundRequest
from marketplace.orders.signals import refund_requested
from marketplace.publishing.signals import work_published


def connect() -> None:
    """Called once, when the app is ready."""
    for signal, receiver in (
        (sale_recorded, tell_sale),
        (sale_refunded, tell_refund),
        (refund_requested, tell_refund_request),
        (dispute_opened, tell_dispute_opened),
        (dispute_closed, tell_dispute_closed),
        (licence_granted, tell_licence),
        (licence_ended, tell_licence_ended),
        (work_published, tell_work),
        (payout_ended, tell_payout),
        (job_ended, tell_generation),
    ):
        signal.connect(receiver, dispatch_uid=f"integrations.{receiver.__name__}")


def tell_sale(*, sale: Sale, **_more: Any) -> None:
    """sale.completed, to the artist"""
    publish_event(
        owner_id=sale.artist.user_id,
        event_type=EventType.SALE_COMPLETED,
        object_ref=str(sale.pk),
        data={
            **_sale(sale),
            "gross_minor": sale.gross_minor,
            "tax_minor": sale.tax_minor,
            "fee_minor": sale.fee.amount_minor,
            "royalty_minor": sale.royalty_minor,
            "currency": sale.currency,
        },
    )


def tell_refund(*, sale: Sale, amount: Money, refund_ref: str, **_more: Any) -> None:
    """sale.refunded, to the artist; one for each part"""
    publish_event(
        owner_id=sale.artist.user_id,
        event_type=EventType.SALE_REFUNDED,
        object_ref=f"{sale.pk}:{refund_ref}",
        data={**_sale(sale), "refunded_minor": amount.amount_minor, "currency": sale.currency},
    )


def _sale(sale: Sale) -> dict[str, object]:
    kind, _colon, line = sale.line_ref.partition(":")
    is_licence = kind == "order_line"
    return {
        "id": str(sale.pk),
        "kind": "licence" if is_licence else kind,
        "order_line": line if is_licence else None,
        "work": str(sale.work_id) if sale.work_id else None,
    }


def tell_refund_request(*, request: RefundRequest, **_more: Any) -> None:
    """refund.requested, to the artist"""
    publish_event(
        owner_id=request.line.work.artist.user_id,
        event_type=EventType.REFUND_REQUESTED,
        object_ref=str(request.pk),
        data={
            "id": str(request.pk),
            "order_line": str(request.line_id),
            "work": str(request.line.work_id),
            "reason": str(request.reason),
            "asked_minor": request.asked_minor,
            "currency": request.line.currency,
            "decide_by": request.decide_by.isoformat().replace("+00:00", "Z"),
        },
    )


def tell_dispute_opened(*, dispute: Dispute, **_more: Any) -> None:
    """dispute.opened, to each artist whose sales it holds"""
    due = dispute.evidence_due_by
    more: dict[str, object] = {
        "reason": dispute.reason,
        "evidence_due_by": due.isoformat().replace("+00:00", "Z") if due else None,
    }
    _tell_of_dispute(dispute, EventType.DISPUTE_OPENED, more)


def tell_dispute_closed(*, dispute: Dispute, **_more: Any) -> None:
    """dispute.closed, to the same"""
    _tell_of_dispute(dispute, EventType.DISPUTE_CLOSED, {"outcome": str(dispute.outcome)})


def _tell_of_dispute(dispute: Dispute, event_type: EventType, more: dict[str, object]) -> None:
    sales: dict[UUID, list[str]] = {}
    for owner_id, sale_id in dispute.sales.order_by("sale_id").values_list("sale__artist__user_id", "sale_id"):
        sales.setdefault(owner_id, []).append(str(sale_id))
    for owner_id, held in sales.items():
        publish_event(
            owner_id=owner_id,
            event_type=event_type,
            object_ref=dispute.pk,
            data={"id": dispute.pk, "sales": held, **more},
        )


def tell_licence(*, grant: LicenceGrant, **_more: Any) -> None:
    """licence.granted, to the holder and to the artist"""
    _tell_of_licence(grant, EventType.LICENCE_GRANTED, {"terms": grant.terms.code})


def tell_licence_ended(*, ending: LicenceEnding, **_more: Any) -> None:
    """licence.ended, to the same"""
    _tell_of_licence(ending.grant, EventType.LICENCE_ENDED, {"reason": str(ending.reason)})


def _tell_of_licence(grant: LicenceGrant, event_type: EventType, more: dict[str, object]) -> None:
    for owner_id, you_are in ((grant.holder_id, "holder"), (grant.work.artist.user_id, "artist")):
        publish_event(
            owner_id=owner_id,
            event_type=event_type,
            object_ref=f"{grant.number}:{you_are}",
            data={"number": grant.number, "work": str(grant.work_id), **more, "you_are": you_are},
        )


def tell_work(*, work: Work, **_more: Any) -> None:
    """work.published, to the artist"""
    publish_event(
        owner_id=work.artist.user_id,
        event_type=EventType.WORK_PUBLISHED,
        object_ref=str(work.pk),
        data={"id": str(work.pk)},
    )


def tell_payout(*, payout: Payout, **_more: Any) -> None:
    """payout.sent or payout.failed, to the artist"""
    failed = payout.state == Payout.State.FAILED
    told: dict[str, object] = {
        "id": str(payout.pk),
        "amount_minor": payout.amount_minor,
        "currency": payout.currency,
    }
    if failed:
        told["reason"] = payout.failure_reason
    publish_event(
        owner_id=payout.artist.user_id,
        event_type=EventType.PAYOUT_FAILED if failed else EventType.PAYOUT_SENT,
        object_ref=str(payout.pk),
        data=told,
    )


def tell_generation(*, job: GenerationJob, **_more: Any) -> None:
    """generation.finished or generation.failed, to who ordered; not for one that was cancelled or set aside"""
    told: dict[str, object] = {"id": str(job.pk), "kind": str(job.kind)}
    if job.state == GenerationJob.State.FINISHED:
        event_type = EventType.GENERATION_FINISHED
        told["count"] = job.count
    elif job.state == GenerationJob.State.FAILED:
        event_type = EventType.GENERATION_FAILED
        told["error"] = job.error_code
    else:
        return
    publish_event(owner_id=job.owner_id, event_type=event_type, object_ref=str(job.pk), data=told)
