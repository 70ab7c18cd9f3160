"""A work as a card of a grid: what every list of works shows. Four queries, however many works, and one more (beside
those of the visitor's access) where some are not for everybody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.translation import get_language

from marketplace.blobs import media_url
from marketplace.catalog.audiences import STRANGER, Access, closed_among
from marketplace.catalog.errors import WorkClosed
from marketplace.catalog.models import Work, WorkFile
from marketplace.catalog.selectors import closed_error
from marketplace.core.money import Money
from marketplace.pages.card_rows import PICTURE_ROLES, CardRows, FileRow, card_rows

RESTORATION_ROLES = (WorkFile.Role.RESTORATION_OVERLAY, WorkFile.Role.RESTORATION_RECORD)
# What browsers choose from, the smallest files first.
SOURCE_TYPES = ("image/avif", "image/webp")


@dataclass(frozen=True, slots=True)
class Source:
    """One `<source>`: a media type and its files by width, as `srcset` wants them."""

    media_type: str
    srcset: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A work's preview in all its sizes; ``width`` and ``height`` in pixels, of the largest."""

    sources: tuple[Source, ...]
    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Card:
    """What a grid shows of a work, in the reader's language. ``price_from``: None where it cannot be bought.

    ``is_price_open``: buyers may pay more than that. ``closed``: why the visitor cannot open it, and the way in; then
    it has neither picture nor price, and ``closed_work`` says for whom it is.
    """

    work_id: UUID
    url: str
    title: str
    title_language: str
    artist_name: str
    artist_url: str
    medium: str
    picture: Picture | None
    price_from: Money | None
    offers: int
    is_price_open: bool = False
    closed: WorkClosed | None = None
    closed_work: Work | None = None


def picture_of(files: Iterable[WorkFile | FileRow]) -> Picture | None:
    """The preview that ``files`` of one version make together; None without any that browsers show."""
    pictures = sorted(
        (file for file in files if file.role in PICTURE_ROLES and file.media_type.startswith("image/")),
        key=lambda file: file.width or 0,
    )
    if not pictures:
        return None
    sources = []
    for media_type in SOURCE_TYPES:
        by_width = {file.width: file for file in pictures if file.media_type == media_type and file.width}
        if by_width:
            srcset = ", ".join(f"{media_url(file.storage_key)} {width}w" for width, file in by_width.items())
            sources.append(Source(media_type, srcset))
    # An `<img>` for browsers without AVIF: WebP or older, of a middle size.
    plain = [file for file in pictures if file.media_type != "image/avif"] or pictures
    middle = next((file for file in plain if (file.width or 0) >= 480), plain[-1])
    largest = pictures[-1]
    return Picture(tuple(sources), media_url(middle.storage_key), largest.width or 1, largest.height or 1)


def with_a_picture(works: QuerySet[Work]) -> QuerySet[Work]:
    """Those of ``works`` whose card has a picture. Makes no query."""
    files = WorkFile.objects.filter(role__in=PICTURE_ROLES, media_type__startswith="image/", version__is_current=True)
    return works.filter(Exists(files.filter(version__work=OuterRef("pk"))))


def cards_of(work_ids: Sequence[UUID], access: Access = STRANGER) -> dict[UUID, Card]:
    """The cards of these works by id; works that are no longer shown are left out, what is closed is locked."""
    works = list(Work.objects.reachable().filter(pk__in=work_ids).select_related("artist"))
    rows = card_rows([work.pk for work in works])
    closed = closed_among(works, access)
    return {work.pk: _card_of(work, rows, is_closed=work.pk in closed) for work in works}


def _card_of(work: Work, rows: CardRows, *, is_closed: bool) -> Card:
    language = get_language() or "en"
    titles = rows.titles.get(work.pk, {})
    offers = [] if is_closed else rows.offers.get(work.pk, [])
    return Card(
        work_id=work.pk,
        url=work.get_absolute_url(),
        title=titles.get(language) or titles.get(work.language) or next(iter(titles.values()), work.slug),
        title_language=language if titles.get(language) else work.language,
        artist_name=work.artist.name,
        artist_url=work.artist.get_absolute_url(),
        medium=work.medium,
        picture=None if is_closed else picture_of(rows.files.get(work.pk, [])),
        price_from=offers[0].price if offers and not work.sold_exclusively else None,
        offers=len(offers),
        is_price_open=bool(offers and offers[0].suggested_minor is not None),
        closed=closed_error(work) if is_closed else None,
        closed_work=work if is_closed else None,
    )


def cards_in_order(work_ids: Sequence[UUID], access: Access = STRANGER) -> list[Card]:
    """The cards of these works in this order."""
    cards = cards_of(work_ids, access)
    return [cards[key] for key in work_ids if key in cards]


def versions_files_prefetch() -> Prefetch[str]:
    """For one work's page: ``version.files`` of the roles that show it, or what was restored of it."""
    roles = (*PICTURE_ROLES, *RESTORATION_ROLES)
    return Prefetch("files", queryset=WorkFile.objects.filter(role__in=roles), to_attr="shown_files")


@dataclass(frozen=True, slots=True)
class RestorationShown:
    """Of a restored work: the overlay that shows which pixels survived (sides in pixels), and the record itself."""

    overlay_url: str
    width: int
    height: int
    record_url: str


def restoration_of(files: Iterable[WorkFile]) -> RestorationShown | None:
    """What ``files`` of one version tell of its restoration; None where it was not restored."""
    by_role = {file.role: file for file in files if file.role in RESTORATION_ROLES}
    if len(by_role) < len(RESTORATION_ROLES):
        return None
    overlay, record = (by_role[role] for role in RESTORATION_ROLES)
    return RestorationShown(
        overlay_url=media_url(overlay.storage_key),
        width=overlay.width or 0,
        height=overlay.height or 0,
        record_url=media_url(record.storage_key),
    )
