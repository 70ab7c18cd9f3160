"""The letters as mail: plain text and HTML, in the reader's language."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.accounts.models import User
from marketplace.blobs import media_url
from marketplace.catalog.models import Work, WorkFile
from marketplace.catalog.selectors import title_in
from marketplace.core.clock import now
from marketplace.digests.models import Digest, DigestWork
from marketplace.digests.selectors import (
    WEEK,
    Told,
    mail_wishes_of,
    takes_letters,
    weekly_content,
    works_for_letter,
)
from marketplace.digests.unsubscribing import Unsubscription, one_click_headers
from recommendations.models import SavedSearch

# Pixels: twice as wide as it is shown, for fine screens. The widest up to twice that is taken, else the smallest.
PICTURE_WIDTH = 320
SHOWN_OF_A_SEARCH = 12
Section, Kind = DigestWork.Section, Digest.Kind
Shown = Callable[[Sequence[Told]], "list[WorkInLetter]"]


@dataclass(frozen=True, slots=True)
class WorkInLetter:
    """A work as a letter shows it. ``picture_url``: None for a work that is not for everybody: mail programs do not
    sign in. ``because``: the title of the work that it is like."""

    title: str
    artist: str
    url: str
    picture_url: str | None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with its works. ``more``: how many more there are at ``url``; ``stop_url`` ends the letters of it."""

    heading: str
    works: list[WorkInLetter]
    url: str
    url_label: str
    more: int = 0
    stop_url: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A rendered letter."""

    subject: str
    text: str
    html: str


def letter_of(digest: Digest) -> EmailMultiAlternatives | None:
    """The mail, as of this moment; None where its reader wants none any more or nothing that it tells of is left."""
    reader = digest.reader
    if not takes_letters(reader) or not _is_wanted(digest):
        return None
    rows = digest.told.order_by("place").values_list("work", "section", "search", "because_of")
    rendered = _rendered(reader, digest.kind, [Told(*row) for row in rows])
    if rendered is None:
        return None
    message = EmailMultiAlternatives(
        rendered.subject,
        rendered.text,
        to=[reader.email],
        headers={
            **one_click_headers(Unsubscription(reader.pk, digest.kind)),
            # The same however often it is sent, so that a mailbox could tell.
            "Message-ID": f"<{digest.reference}@atelier>",
            "Precedence": "bulk",
        },
    )
    message.attach_alternative(rendered.html, "text/html")
    return message


def weekly_preview(reader: User) -> Letter | None:
    """What a weekly letter would say now; None where it would say nothing, and none would come."""
    at = now()
    return _rendered(reader, Kind.WEEKLY, weekly_content(reader, since=at - WEEK, at=at))


def _is_wanted(digest: Digest) -> bool:
    if digest.kind == Kind.SEARCHES:
        return SavedSearch.objects.filter(owner=digest.reader).exclude(alerts=SavedSearch.Alerts.NONE).exists()
    return bool(getattr(mail_wishes_of(digest.reader), digest.kind))


def _rendered(reader: User, kind: str, told: Sequence[Told]) -> Letter | None:
    with translation.override(reader.language):
        works = works_for_letter(reader, told)
        parts = _parts(reader, kind, [entry for entry in told if entry.work_id in works], works)
        if not parts:
            return None
        facts = {
            "person": reader,
            "parts": parts,
            "kind": kind,
            "language": translation.get_language(),
            "subject": _subject(kind, parts),
            "unsubscribe_url": Unsubscription(reader.pk, kind).url,
            "settings_url": _address("saved_searches" if kind == Kind.SEARCHES else "mail_wishes"),
        }
        return Letter(
            subject=" ".join(str(facts["subject"]).split()),
            text=render_to_string("digests/letters/digest.txt", facts),
            html=render_to_string("digests/letters/digest.html", facts),
        )


def _parts(reader: User, kind: str, told: Sequence[Told], works: dict[UUID, Work]) -> list[Part]:
    pictures = _pictures(work for work in works.values() if work.is_open_to_all)
    because = _titles({entry.because_of for entry in told if entry.because_of}, reader)

    def shown(entries: Sequence[Told]) -> list[WorkInLetter]:
        return [
            _shown(works[e.work_id], pictures, because.get(e.because_of) if e.because_of else None) for e in entries
        ]

    if kind == Kind.SEARCHES:
        return _parts_of_searches(reader, told, shown)
    parts = []
    if followed := [entry for entry in told if entry.section == Section.FOLLOWED]:
        heading = _("New works of artists you follow")
        parts.append(Part(heading, shown(followed), _address("follow_feed"), _("All new works of artists you follow")))
    if recommended := [entry for entry in told if entry.section == Section.RECOMMENDED]:
        parts.append(Part(_("For you"), shown(recommended), _address("home"), _("More for you")))
    return parts


def _parts_of_searches(reader: User, told: Sequence[Told], shown: Shown) -> list[Part]:
    by_search: dict[UUID, list[Told]] = {}
    for entry in told:
        if entry.search_id:  # else it was deleted meanwhile
            by_search.setdefault(entry.search_id, []).append(entry)
    parts = []
    alive = SavedSearch.objects.filter(pk__in=by_search).exclude(alerts=SavedSearch.Alerts.NONE)
    for search in sorted(alive, key=lambda search: list(by_search).index(search.pk)):
        entries = by_search[search.pk]
        parts.append(
            Part(
                heading=search.name,
                works=shown(entries[:SHOWN_OF_A_SEARCH]),
                url=f"{settings.BASE_URL}{search.get_absolute_url()}",
                url_label=_("Run this search"),
                more=max(0, len(entries) - SHOWN_OF_A_SEARCH),
                stop_url=Unsubscription(reader.pk, Kind.SEARCHES, search.pk).url,
            )
        )
    return parts


def _shown(work: Work, pictures: dict[UUID, str], because: str | None) -> WorkInLetter:
    return WorkInLetter(
        title=title_in(work, translation.get_language() or "en"),
        artist=work.artist.name,
        url=f"{settings.BASE_URL}{work.get_absolute_url()}",
        picture_url=pictures.get(work.pk),
        because=because or "",
    )


def _pictures(works: Iterable[Work]) -> dict[UUID, str]:
    """The address of a preview of each work that has one. One query."""
    files = WorkFile.objects.filter(
        version__work__in=[work.pk for work in works],
        version__is_current=True,
        role__in=[WorkFile.Role.PREVIEW, WorkFile.Role.THUMBNAIL],
        media_type="image/webp",
    )
    chosen: dict[UUID, str] = {}
    for work_id, width, key in files.order_by("width").values_list("version__work", "width", "storage_key"):
        if work_id not in chosen or (width or 0) <= 2 * PICTURE_WIDTH:
            chosen[work_id] = key
    return {work_id: _absolute(media_url(key)) for work_id, key in chosen.items()}


def _titles(works: Iterable[UUID], reader: User) -> dict[UUID, str]:
    named = Work.objects.reachable().open_to(reader).filter(pk__in=list(works)).prefetch_related("texts")
    return {work.pk: title_in(work, reader.language) for work in named}


def _absolute(url: str) -> str:
    return f"{settings.BASE_URL}{url}" if url.startswith("/") else url


def _address(name: str) -> str:
    return f"{settings.BASE_URL}{reverse(name)}"


def _subject(kind: str, parts: Sequence[Part]) -> str:
    number = sum(len(part.works) + part.more for part in parts)
    if kind == Kind.WEEKLY:
        said = _("Your week at Atelier: “%(title)s” and more") if number > 1 else _("Your week at Atelier: “%(title)s”")
        return said % {"title": parts[0].works[0].title}
    if kind == Kind.RELEASES:
        artist = parts[0].works[0].artist
        said = ngettext("A new work by %(artist)s", "%(number)d new works of artists you follow", number)
        return said % {"artist": artist, "number": number}
    said = ngettext("A new work for “%(name)s”", "%(number)d new works for your searches", number)
    return said % {"name": parts[0].heading, "number": number}
