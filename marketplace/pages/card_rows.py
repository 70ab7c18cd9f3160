"""What cards need of works, read as plain values: models of what a card does not show take longer to make than all
else of a card."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar
from uuid import UUID

from marketplace.catalog.models import WorkFile, WorkText
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceOffer

PICTURE_ROLES = (WorkFile.Role.PREVIEW, WorkFile.Role.THUMBNAIL)


class FileRow(NamedTuple):
    """A file; ``width`` and ``height`` in pixels."""

    role: str
    media_type: str
    width: int | None
    height: int | None
    storage_key: str


class OfferRow(NamedTuple):
    """An offer that is made at present, in minor units of ``currency``; ``suggested_minor``: of an open price alone."""

    price_minor: int
    currency: str
    suggested_minor: int | None

    @property
    def price(self) -> Money:
        """What the buyer pays; the least, where she may choose."""
        return Money(self.price_minor, self.currency)


@dataclass(frozen=True, slots=True)
class CardRows:
    """By work: its titles by language, its offers, the cheapest first, and the files of its picture."""

    titles: Mapping[UUID, Mapping[str, str]]
    offers: Mapping[UUID, Sequence[OfferRow]]
    files: Mapping[UUID, Sequence[FileRow]]


def card_rows(works: Sequence[UUID]) -> CardRows:
    """What the cards of ``works`` need beside the works and their artists. Three queries."""
    titles: dict[UUID, dict[str, str]] = {}
    texts = WorkText.objects.filter(work__in=works).order_by("pk")
    for work_id, language, title in texts.values_list("work_id", "language", "title"):
        titles.setdefault(work_id, {})[language] = title
    offers = LicenceOffer.objects.filter(work__in=works, is_active=True).order_by("price_minor")
    files = WorkFile.objects.filter(role__in=PICTURE_ROLES, version__is_current=True, version__work__in=works)
    return CardRows(
        titles,
        _by_work((key, OfferRow(*row)) for key, *row in offers.values_list("work_id", *OfferRow._fields)),
        _by_work((key, FileRow(*row)) for key, *row in files.values_list("version__work_id", *FileRow._fields)),
    )


Row = TypeVar("Row")


def _by_work(rows: Iterable[tuple[UUID, Row]]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = {}
    for work_id, row in rows:
        found.setdefault(work_id, []).append(row)
    return found
