"""Reads on letters: what is due, and what stands in one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Min

from marketplace.accounts.models import User
from marketplace.accounts.selectors import has_confirmed_address
from marketplace.catalog.audiences import Access
from marketplace.catalog.models import Work
from marketplace.digests.models import Digest, DigestWork, MailWishes
from recommendations.models import Event, SavedSearch
from recommendations.selectors import home_feed, new_to, news_between, works_of_followed
from recommendations.viewers import viewer_of

Section = DigestWork.Section
MOST_FOLLOWED, MOST_RECOMMENDED = 12, 6
# Of what home_feed answers, what the reader was told of before is left out.
RECOMMENDED_LOOKED_AT = 40
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Told:
    """A work for a letter, and why it stands there."""

    work_id: UUID
    section: str
    search_id: UUID | None = None
    because_of: UUID | None = None


def takes_letters(reader: User) -> bool:
    """Whether letters may go to ``reader``: she has an account, and the address is hers."""
    return reader.is_active and not reader.is_guest and has_confirmed_address(reader)


def mail_wishes_of(reader: User) -> MailWishes:
    """What she chose; all off where she never did (not saved)."""
    return MailWishes.objects.filter(reader=reader).first() or MailWishes(reader=reader)


def readers_due(*, at: datetime, most: int) -> list[UUID]:
    """The people to whom a letter may be due, at most ``most``, the longest due first."""
    due: dict[UUID, datetime] = {}
    searches = SavedSearch.objects.filter(next_look_at__lte=at).values("owner").annotate(first=Min("next_look_at"))
    rows: list[tuple[UUID, datetime]] = list(searches.order_by("first").values_list("owner", "first")[:most])
    wishes = MailWishes.objects.all()
    for kind in ("weekly", "releases"):
        field = f"{kind}_next_at"
        of_kind = wishes.filter(**{kind: True, f"{field}__lte": at}).order_by(field)
        rows += list(of_kind.values_list("reader", field)[:most])
    for reader_id, moment in rows:
        due[reader_id] = min(moment, due.get(reader_id, moment))
    return sorted(due, key=lambda reader_id: (due[reader_id], reader_id))[:most]


def letters_left_behind(*, at: datetime, most: int) -> list[UUID]:
    """Letters whose job may have died with its worker, the oldest first."""
    waiting = Digest.objects.filter(state=Digest.State.WAITING, written_at__lt=at - timedelta(minutes=10))
    return list(waiting.order_by("written_at").values_list("pk", flat=True)[:most])


def told_before(reader: User, *, works: Iterable[UUID], kinds: Iterable[str]) -> set[UUID]:
    """Which of ``works`` letters of ``kinds`` have told ``reader`` of."""
    rows = DigestWork.objects.filter(reader=reader, kind__in=list(kinds), work__in=list(works))
    return set(rows.values_list("work", flat=True))


def new_of_followed(reader: User, *, since: datetime, at: datetime) -> list[Told]:
    """New works of followed artists, newest first: open to her, not hers, and told by no letter before."""
    works = works_of_followed(reader, Access(reader)).filter(news_between(since, at))
    told = DigestWork.objects.filter(reader=reader).values("work")
    fresh = new_to(works.exclude(pk__in=told), viewer_of(user=reader)).order_by("-published_at", "-pk")
    return [Told(key, Section.FOLLOWED) for key in fresh.values_list("pk", flat=True)[:MOST_FOLLOWED]]


def weekly_content(reader: User, *, since: datetime, at: datetime) -> list[Told]:
    """What a weekly letter says: new works of followed artists, then works for her.

    Of those for her none that a letter told of before, and none that she looked at or liked: they are no news.
    """
    followed = new_of_followed(reader, since=since, at=at)
    viewer = viewer_of(user=reader)
    feed = home_feed(viewer=viewer, limit=RECOMMENDED_LOOKED_AT, access=Access(reader))
    works = [entry.work_id for entry in feed]
    told = told_before(reader, works=works, kinds=Digest.Kind.values) | {entry.work_id for entry in followed}
    if viewer is not None:
        told |= set(Event.objects.filter(viewer=viewer.key, work__in=works).values_list("work_id", flat=True))
    recommended = [
        Told(entry.work_id, Section.RECOMMENDED, because_of=entry.because_of)
        for entry in feed
        if entry.work_id not in told
    ]
    return [*followed, *recommended[:MOST_RECOMMENDED]]


def works_for_letter(reader: User, told: Iterable[Told]) -> dict[UUID, Work]:
    """The works that may stand in a letter at this moment: listed still, and open to its reader."""
    ids = [entry.work_id for entry in told]
    works = Work.objects.listed().open_to(reader).filter(pk__in=ids)
    return {work.pk: work for work in works.select_related("artist").prefetch_related("texts")}
