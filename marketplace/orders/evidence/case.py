"""The facts of a disputed payment, read from where they are kept."""

from django.conf import settings
from django.utils import translation

from billing.models import CreditHold, CreditPurchase, Dispute
from marketplace.catalog.models import WorkFile
from marketplace.catalog.selectors import title_in
from marketplace.licensing.certificate import verify_address
from marketplace.licensing.models import LicenceEnding
from marketplace.orders.consent import WORDS
from marketplace.orders.evidence.facts import Bought, Case, Fetched, Licence, Message, Origin, Words
from marketplace.orders.models import DisputeEvidence, Download, Order, OrderLine, RefundRequest
from marketplace.provenance.models import ProvenanceRecord
from marketplace.transparency.models import LogEntry
from marketplace.transparency.selectors import entries_about

LANGUAGE = "en"
# The newest; more prove nothing more.
MOST_DOWNLOADS = 200


def case_of(evidence: DisputeEvidence) -> Case:
    """The case as it is known now."""
    dispute = Dispute.objects.get(pk=evidence.dispute_id)
    order = evidence.order
    purchase = None if order else credit_purchase_of(dispute)
    paid = order or purchase
    # Whoever only typed the address of an account is not proved to be its person.
    is_known = order is None or not order.is_by_stranger
    buyer = order.buyer if order else purchase.user if purchase else None
    with translation.override(LANGUAGE):
        lines = _lines(order)
        requests = list(
            RefundRequest.objects.filter(line__in=lines).select_related("line__work").order_by("created_at")
        )
        return Case(
            dispute_id=dispute.pk,
            payment=dispute.payment_ref,
            reason=dispute.reason,
            amount=dispute.amount,
            opened_at=dispute.opened_at,
            order_id=str(order.pk) if order else "",
            ordered_at=paid.created_at if paid else None,
            paid_at=paid.paid_at if paid else None,
            total=order.paid if order else purchase.price if purchase else None,
            buyer_name=buyer.display_name if buyer and is_known else "",
            buyer_email=buyer.email if buyer else "",
            buyer_since=buyer.date_joined if buyer and is_known else None,
            orders_before=_undisputed_before(order if is_known else None),
            bought=tuple(_bought(line) for line in lines),
            tips=_tips(order),
            credits=f"{purchase.credits} credits ({purchase.pack.name_en})" if purchase else "",
            uses=_uses(purchase),
            consent=_consent(order),
            downloads=_downloads(lines),
            messages=_messages(order, requests),
            refusals=tuple(one.answer for one in requests if one.state == RefundRequest.State.REFUSED and one.answer),
            refund_days=settings.CONFIGURATION.refund_asking_days,
            words=tuple(
                Words(author=str(one.author), is_artist=one.is_artist, text=one.text)
                for one in evidence.words.select_related("author").order_by("is_artist", "written_at")
            ),
        )


def credit_purchase_of(dispute: Dispute) -> CreditPurchase | None:
    """The purchase of credits that a disputed payment paid; None where it paid something else."""
    found = CreditPurchase.objects.select_related("user", "pack").filter(payment_intent_id=dispute.payment_ref)
    return found.exclude(payment_intent_id="").first()


def _uses(purchase: CreditPurchase | None) -> tuple[str, ...]:
    """What the buyer made with credits since she paid; the oldest go first, so some may be of another purchase."""
    if purchase is None or purchase.paid_at is None:
        return ()
    spent = CreditHold.objects.filter(user=purchase.user, spent__gt=0, created_at__gte=purchase.paid_at)
    return tuple(
        f"{one.created_at:%Y-%m-%d %H:%M:%S} UTC {one.spent} credits spent on {one.object_ref}"
        for one in spent.order_by("created_at")[:MOST_DOWNLOADS]
    )


def _lines(order: Order | None) -> list[OrderLine]:
    found = OrderLine.objects.filter(order=order).select_related(
        "work__artist", "version", "offer__terms", "grant__terms", "grant__work"
    )
    return list(found.prefetch_related("work__texts", "version__files").order_by("pk")) if order else []


def _tips(order: Order | None) -> tuple[str, ...]:
    found = order.tips.select_related("artist") if order else ()
    return tuple(f"{tip.amount} for {tip.artist.name}" for tip in found)


def _consent(order: Order | None) -> str:
    """What the buyer agreed to before paying, and when; empty where there was nothing to deliver."""
    if order is None or order.consented_at is None or order.consent_wording.startswith("none"):
        return ""
    return f"“{WORDS}” (wording {order.consent_wording}), {order.consented_at:%Y-%m-%d %H:%M:%S} UTC"


def _undisputed_before(order: Order | None) -> int:
    """How many orders the same account paid before, of which no bank has complained."""
    if order is None:
        return 0
    before = Order.objects.filter(buyer=order.buyer, state=Order.State.PAID, created_at__lt=order.created_at)
    return before.exclude(payment_intent_id__in=Dispute.objects.values("payment_ref")).count()


def _bought(line: OrderLine) -> Bought:
    original = next((file for file in line.version.files.all() if file.role == WorkFile.Role.ORIGINAL), None)
    return Bought(
        title=title_in(line.work, LANGUAGE),
        address=settings.BASE_URL + line.work.get_absolute_url(),
        artist=line.work.artist.name,
        price=line.paid,
        version=line.version.number,
        media_type=original.media_type if original else "",
        file_sha256=original.sha256 if original else "",
        licence=_licence(line),
        origin=_origin(line),
    )


def _licence(line: OrderLine) -> Licence | None:
    grant = line.grant
    if grant is None:
        return None
    ending = LicenceEnding.objects.filter(grant=grant).first()
    return Licence(
        number=grant.number,
        holder=grant.holder_name,
        granted_at=grant.granted_at,
        terms=grant.terms.name_en,
        summary=grant.terms.summary_en,
        wording=grant.terms.text_en,
        wording_version=grant.terms.version,
        verify_at=verify_address(grant),
        ended=f"{ending.get_reason_display()}, {ending.ended_at:%Y-%m-%d}" if ending else "",
    )


def _origin(line: OrderLine) -> Origin | None:
    record = ProvenanceRecord.objects.filter(version=line.version_id).first()
    if record is None:
        return None
    logged: LogEntry | None = entries_about(f"work:{line.work_id}").filter(kind="work_signed").last()
    return Origin(
        source=record.get_source_display(),
        model=" ".join(filter(None, (record.model, record.model_version))),
        made_at=record.made_at,
        signed_at=record.signed_at,
        file_sha256=record.file_sha256,
        manifest=record.manifest_label,
        log_sequence=logged.sequence if logged else None,
        log_hash=logged.entry_hash if logged else "",
    )


def _downloads(lines: list[OrderLine]) -> tuple[Fetched, ...]:
    grants = [line.grant_id for line in lines if line.grant_id]
    newest = Download.objects.filter(grant__in=grants).select_related("grant").order_by("-at")[:MOST_DOWNLOADS]
    return tuple(
        Fetched(
            at=one.at,
            licence=one.grant.number,
            file_sha256=one.file_sha256,
            network=one.network,
            user_agent=one.user_agent,
        )
        for one in reversed(newest)
    )


def _messages(order: Order | None, requests: list[RefundRequest]) -> tuple[Message, ...]:
    if order is None:
        return ()
    found = [
        Message(at=letter.at, sender="The shop", subject=letter.subject, text=letter.text)
        for letter in order.letters.all()
    ]
    for one in requests:
        title = title_in(one.line.work, LANGUAGE)
        subject = f"Refund of {one.asked} asked for “{title}”: {one.get_reason_display()}"
        found.append(Message(at=one.created_at, sender="The buyer", subject=subject, text=one.words))
        if one.decided_at is not None:
            answer = f"{one.get_state_display()} ({one.granted})" if one.granted_minor else one.get_state_display()
            found.append(Message(at=one.decided_at, sender="The answer", subject=answer, text=one.answer))
    return tuple(sorted(found, key=lambda message: message.at))
