"""New works of the artists whom a person follows, in the order of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from marketplace.accounts.models import Follow, User
from marketplace.catalog.audiences import Access
from marketplace.catalog.models import Work
from recommendations.selectors.steering import steering_of, wanted
from recommendations.viewers import viewer_of


@dataclass(frozen=True, slots=True)
class FeedKey:
    """Where a page of the feed ended. What is published meanwhile moves no work to another page."""

    published_at: datetime
    work_id: UUID

    @classmethod
    def parse(cls, text: str) -> "FeedKey | None":
        """The key that ``str`` made; None for anything else."""
        moment, _, work_id = text.partition("_")
        try:
            at = datetime.fromisoformat(moment)
            return cls(at, UUID(work_id)) if at.tzinfo is not None else None
        except ValueError:
            return None

    def __str__(self) -> str:
        # With Z: a plus sign in an address means a space.
        return f"{self.published_at.astimezone(UTC).isoformat().replace('+00:00', 'Z')}_{self.work_id}"


@dataclass(frozen=True, slots=True)
class FeedPage:
    """``work_ids``: newest first; ``next_key``: where the next page begins, None at the end."""

    work_ids: list[UUID]
    next_key: FeedKey | None


def works_of_followed(user: User, access: Access) -> QuerySet[Work]:
    """Listed works of the artists whom ``user`` follows, as far as her ``access`` opens them. One query of its own.

    What she hid or muted is left out, here as in every feed and letter: that is what the pages on which she mutes say.
    Who follows and mutes an artist keeps the artist in her list, and takes either back where she pleases.
    """
    followed = Follow.objects.filter(follower=user).values("artist")
    works: QuerySet[Work] = Work.objects.listed().open_to(access).filter(artist__in=followed)
    return wanted(works, steering_of(viewer_of(user=user)))


def follow_feed(*, user: User, access: Access, after: FeedKey | None = None, limit: int) -> FeedPage:
    """``limit`` works of followed artists after ``after``, newest first; works for members to members alone."""
    works = works_of_followed(user, access)
    if after is not None:
        works = works.filter(
            Q(published_at__lt=after.published_at) | Q(published_at=after.published_at, pk__lt=after.work_id)
        )
    rows = list(works.order_by("-published_at", "-pk").values_list("published_at", "pk")[: limit + 1])
    last = rows[:limit][-1] if len(rows) > limit else None
    next_key = FeedKey(last[0], last[1]) if last and last[0] else None
    return FeedPage([key for _at, key in rows[:limit]], next_key)


def newest_of_artists(*, artists: Sequence[UUID], access: Access, each: int) -> dict[UUID, list[UUID]]:
    """The ``each`` newest listed works of every artist that ``access`` opens: artist -> works. One query."""
    place = Window(RowNumber(), partition_by=F("artist"), order_by=[F("published_at").desc(), F("pk").desc()])
    rows = (
        Work.objects.listed()
        .open_to(access)
        .filter(artist__in=list(artists))
        .annotate(place=place)
        .filter(place__lte=each)
        .order_by("artist", "place")
        .values_list("artist", "pk")
    )
    found: dict[UUID, list[UUID]] = {}
    for artist_id, work_id in rows:
        found.setdefault(artist_id, []).append(work_id)
    return found
