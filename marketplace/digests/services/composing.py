"""Writing the letters that are due to one person. Finding nothing new writes none, and the next time is set."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from marketplace.accounts.models import User
from marketplace.catalog.audiences import Access
from marketplace.core.clock import now
from marketplace.digests.models import Digest, DigestWork, MailWishes
from marketplace.digests.selectors import Told, new_of_followed, takes_letters, told_before, weekly_content
from recommendations.alert_times import next_monday, next_morning
from recommendations.models import SavedSearch
from recommendations.selectors import new_matches
from recommendations.services.saved_searches import next_look

# Of one search in one letter: what is beyond is left to the search page.
MOST_OF_A_SEARCH = 100
Kind = Digest.Kind


def compose_due(*, reader_id: UUID, at: datetime | None = None) -> list[Digest]:
    """Write the letters that are due to the reader at ``at`` (now by default), at most one of each kind.

    May run twice at once: the second finds nothing due. Each kind is a transaction of its own.
    """
    reader = User.objects.filter(pk=reader_id).first()
    if reader is None:
        return []
    moment = at or now()
    written = [compose(reader, moment) for compose in (_searches, _weekly, _releases)]
    return [digest for digest in written if digest is not None]


@transaction.atomic
def _searches(reader: User, at: datetime) -> Digest | None:
    due = SavedSearch.objects.filter(owner=reader, next_look_at__lte=at).order_by("pk")
    searches = list(due.select_for_update(no_key=True))
    is_possible = takes_letters(reader) and not _has_letter(reader, Kind.SEARCHES, at)
    access = Access(reader)
    told: list[Told] = []
    chosen: set[UUID] = set()
    for search in searches:
        if is_possible:
            search.owner = reader
            found = new_matches(search, access=access, at=at, limit=MOST_OF_A_SEARCH)
            known = told_before(reader, works=found, kinds=[Kind.SEARCHES]) | chosen
            told += [Told(key, DigestWork.Section.SEARCH, search_id=search.pk) for key in found if key not in known]
            chosen |= set(found)
            search.looked_at = at
        search.next_look_at = next_look(search.alerts, at)
        search.save(update_fields=["looked_at", "next_look_at"])
    return _write(reader, Kind.SEARCHES, told, at)


def _weekly(reader: User, at: datetime) -> Digest | None:
    return _of_wishes(reader, Kind.WEEKLY, at, weekly_content, next_monday)


def _releases(reader: User, at: datetime) -> Digest | None:
    return _of_wishes(reader, Kind.RELEASES, at, new_of_followed, next_morning)


@transaction.atomic
def _of_wishes(
    reader: User,
    kind: str,
    at: datetime,
    content: Callable[..., list[Told]],
    next_time: Callable[[datetime], datetime],
) -> Digest | None:
    due = MailWishes.objects.filter(**{"reader": reader, kind: True, f"{kind}_next_at__lte": at})
    wishes = due.select_for_update(no_key=True).first()
    if wishes is None:
        return None
    digest = None
    if takes_letters(reader) and not _has_letter(reader, kind, at):
        told = content(reader, since=getattr(wishes, f"{kind}_since"), at=at)
        digest = _write(reader, kind, told, at)
        setattr(wishes, f"{kind}_since", at)
    setattr(wishes, f"{kind}_next_at", next_time(at))
    wishes.save(update_fields=[f"{kind}_since", f"{kind}_next_at"])
    return digest


def _has_letter(reader: User, kind: str, at: datetime) -> bool:
    return Digest.objects.filter(reader=reader, kind=kind, day=at.date()).exists()


def _write(reader: User, kind: str, told: list[Told], at: datetime) -> Digest | None:
    """The letter's row with its works, and its job; none for nothing."""
    from marketplace.digests.tasks import send

    if not told:
        return None
    digest = Digest.objects.create(reader=reader, kind=kind, day=at.date(), written_at=at)
    DigestWork.objects.bulk_create(
        DigestWork(
            digest=digest,
            reader=reader,
            kind=kind,
            work_id=entry.work_id,
            section=entry.section,
            search_id=entry.search_id,
            because_of_id=entry.because_of,
            place=place,
        )
        for place, entry in enumerate(told)
    )
    send.defer(digest_id=str(digest.pk))
    return digest
