"""Answers to disputes as an artist sees them: what of hers is disputed, until when she can speak, what came of it."""

from dataclasses import dataclass

from django.db.models import Case, QuerySet, When
from django.utils.translation import get_language

from marketplace.accounts.models import Artist
from marketplace.catalog.selectors import title_in
from marketplace.core.money import Money
from marketplace.orders.models import DisputeEvidence


@dataclass(frozen=True, slots=True)
class ArtistsDispute:
    """A dispute about works of one artist. ``amount``: what of their price is disputed; ``held``: her share of that."""

    answer: DisputeEvidence
    titles: tuple[str, ...]
    amount: Money
    held: Money
    words: str


def disputes_about(artist: Artist) -> QuerySet[DisputeEvidence]:
    """The answers to disputes about ``artist``'s works: those she can still add to first, by their deadline."""
    return (
        DisputeEvidence.objects.filter(order__lines__work__artist=artist)
        .distinct()
        .select_related("dispute", "order")
        .prefetch_related("dispute__sales__sale", "order__lines__work__texts", "words")
        .annotate(place=Case(When(state__in=DisputeEvidence.UNDECIDED, then=0), default=1))
        .order_by("place", "dispute__evidence_due_by", "-created_at")
    )


def open_disputes_about(artist: Artist) -> list[ArtistsDispute]:
    """Those that she can still add to, the most urgent first."""
    undecided = disputes_about(artist).filter(state__in=DisputeEvidence.UNDECIDED)
    return [as_artist_sees(answer, artist) for answer in undecided[:20]]


def as_artist_sees(answer: DisputeEvidence, artist: Artist) -> ArtistsDispute:
    """Her part of it."""
    dispute = answer.dispute
    parts = [part for part in dispute.sales.all() if part.sale.artist_id == artist.pk]
    language = get_language() or "en"
    works = [line.work for line in answer.order.lines.all()] if answer.order else []
    own = [one.text for one in answer.words.all() if one.author_id == artist.user_id]
    return ArtistsDispute(
        answer=answer,
        titles=tuple(title_in(work, language) for work in works if work.artist_id == artist.pk),
        amount=Money(sum(part.amount_minor for part in parts), dispute.currency),
        held=Money(sum(part.held_minor for part in parts), dispute.currency),
        words=own[0] if own else "",
    )
