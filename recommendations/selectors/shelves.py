"""Shelves without a person in mind: popular, newest, by colour, the tags in use."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, QuerySet

from marketplace.catalog.audiences import STRANGER, Access
from marketplace.catalog.models import Tag, Work, WorkTag
from recommendations.models import Like, WorkColour
from recommendations.selectors.filters import WorkFilter


def newest_first(works: QuerySet[Work], *, limit: int, offset: int = 0) -> list[UUID]:
    """The ids of ``works``, newest first."""
    return list(works.order_by("-published_at", "-pk").values_list("pk", flat=True)[offset : offset + limit])


def newest_works(*, limit: int, filters: WorkFilter | None = None, access: Access = STRANGER) -> list[UUID]:
    """Listed works that ``access`` opens, newest first."""
    return newest_first((filters or WorkFilter()).works(access), limit=limit)


def popular_works(
    *,
    limit: int,
    filters: WorkFilter | None = None,
    works: QuerySet[Work] | None = None,
    access: Access = STRANGER,
) -> list[UUID]:
    """Listed works by what people did lately, as ``refresh_popularity`` counted it last.

    ``works``: those alone, chosen already; else all that pass ``filters`` and that ``access`` opens.
    """
    chosen = works if works is not None else (filters or WorkFilter()).works(access)
    ranked = chosen.order_by(F("popularity__score").desc(nulls_last=True), "-published_at")
    return list(ranked.values_list("pk", flat=True)[:limit])


@dataclass(frozen=True, slots=True)
class ColourShelf:
    """A colour and how many listed works show it most."""

    colour: str
    label: str
    works: int


def colours_in_the_shop(access: Access = STRANGER) -> list[ColourShelf]:
    """The colours of listed works that ``access`` opens, in the order of the rainbow."""
    counts = dict(
        WorkColour.objects.filter(work__in=Work.objects.listed().open_to(access))
        .values_list("colour")
        .annotate(works=Count("pk"))
        .values_list("colour", "works")
    )
    return [ColourShelf(c.value, str(c.label), counts[c.value]) for c in WorkColour.Colour if counts.get(c.value)]


def tags_in_the_shop(*, limit: int, access: Access = STRANGER) -> list[Tag]:
    """The tags that most listed works carry among those that ``access`` opens, with their labels."""
    used = (
        WorkTag.objects.filter(work__in=Work.objects.listed().open_to(access))
        .values("tag")
        .annotate(works=Count("pk"))
        .order_by("-works", "tag")
        .values_list("tag", flat=True)[:limit]
    )
    tags = {tag.pk: tag for tag in Tag.objects.filter(pk__in=list(used)).prefetch_related("labels")}
    return [tags[key] for key in used if key in tags]


@dataclass(frozen=True, slots=True)
class LikeState:
    """How many like a work, and whether the viewer does."""

    count: int
    is_liked: bool


def like_state(*, work_id: UUID, viewer_key: str) -> LikeState:
    """Counted at once, unlike ``WorkPopularity``, so that a person sees her own click."""
    likes = Like.objects.filter(work_id=work_id)
    return LikeState(likes.count(), bool(viewer_key) and likes.filter(viewer=viewer_key).exists())
