"""Which of the shop's works are looked at."""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from typing import Any

from django.db.models import Q, QuerySet

from marketplace.catalog.audiences import STRANGER, Access
from marketplace.catalog.models import Tag, TagLabel, Work
from marketplace.licensing.models import LicenceGrant, LicenceOffer
from recommendations.origins import versions_of
from recommendations.viewers import Viewer


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """What a visitor narrowed down to; empty fields narrow nothing. Prices in minor units, both ends included."""

    medium: str = ""
    licence: str = ""
    price_from_minor: int | None = None
    price_to_minor: int | None = None
    artist_handle: str = ""
    colour: str = ""
    tag_slug: str = ""
    aspect: str = ""
    model: str = ""
    origin: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether all works pass."""
        return all(getattr(self, field.name) in ("", None) for field in fields(self))

    def without(self, names: Collection[str]) -> "WorkFilter":
        """The same with these fields empty."""
        empty: dict[str, Any] = {field.name: field.default for field in fields(self) if field.name in names}
        return replace(self, **empty)

    def works(self, access: Access = STRANGER) -> QuerySet[Work]:
        """The listed works that pass and that ``access`` opens."""
        works: QuerySet[Work] = Work.objects.listed().open_to(access)
        if self.medium:
            works = works.filter(medium=self.medium)
        if self.artist_handle:
            works = works.filter(artist__handle__iexact=self.artist_handle)
        if self.colour:
            works = works.filter(colour__colour=self.colour)
        if self.aspect:
            works = works.filter(colour__aspect=self.aspect)
        if self.model:
            works = works.filter(made_by_model=self.model)
        if self.origin:
            works = works.filter(pk__in=versions_of(self.origin).values("work"))
        if self.tag_slug:
            works = works.filter(pk__in=Work.tags.through.objects.filter(tag__slug=self.tag_slug).values("work"))
        if self.licence or self.price_from_minor is not None or self.price_to_minor is not None:
            works = works.filter(pk__in=self.offers().values("work"))
        return works

    def offers(self) -> QuerySet[LicenceOffer]:
        """The active offers of any work that suit the licence and the price."""
        # One offer must satisfy all three: a commercial licence up to 50, not one of 90 and a personal one of 10.
        offers = LicenceOffer.objects.filter(is_active=True)
        if self.licence:
            offers = offers.filter(terms__code=self.licence)
        if self.price_from_minor is not None:
            offers = offers.filter(price_minor__gte=self.price_from_minor)
        if self.price_to_minor is not None:
            offers = offers.filter(price_minor__lte=self.price_to_minor)
        return offers


def new_to(works: QuerySet[Work], viewer: Viewer | None) -> QuerySet[Work]:
    """``works`` without those that the viewer made or holds a licence in."""
    if viewer is None or viewer.user_id is None:
        return works
    held = LicenceGrant.objects.filter(holder_id=viewer.user_id, ending=None).values("work")
    return works.exclude(Q(artist__user_id=viewer.user_id) | Q(pk__in=held))


def tags_with_labels_in(query: str) -> list[tuple[Tag, str]]:
    """The tags whose labels stand in ``query``, in either language, the longest label first: (tag, label).

    A label inside a longer one that was found is left out (海 in 海上日落), and so is an English label inside a word.
    """
    text = f" {' '.join(query.lower().split())} "
    found = (
        TagLabel.objects.extra(where=["position(label in %s) > 0"], params=[text])
        .select_related("tag")
        .order_by("-preferred", "pk")
    )
    chosen: list[tuple[Tag, str]] = []
    rest = text
    for label in sorted(found, key=lambda label: -len(label.label)):
        needle = f" {label.label} " if label.language == "en" else label.label
        if needle in rest:
            rest = rest.replace(needle, " ")
            if all(tag.pk != label.tag_id for tag, _label in chosen):
                chosen.append((label.tag, label.label))
    return chosen
