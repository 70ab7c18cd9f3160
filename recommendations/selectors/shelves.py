"""Shelves without a person in mind: popular, newest, by colour, the tags in use."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, IntegerField, QuerySet, Value

from marketplace.catalog.audiences import STRANGER, Access
from marketplace.catalog.models import Tag, Work, WorkTag
from recommendations.models import Like, Save, WorkColour
from recommendations.selectors.filters import WorkFilter
from recommendations.selectors.kept import counted_lately
from recommendations.selectors.steering import wanted
from recommendations.steering import UNSTEERED, Steering
from recommendations.viewers import Viewer


def newest_first(works: QuerySet[Work], *, limit: int, offset: int = 0) -> list[UUID]:
    """The ids of ``works``, newest first."""
    return list(works.order_by("-published_at", "-pk").values_list("pk", flat=True)[offset : offset + limit])


def newest_works(
    *,
    limit: int,
    filters: WorkFilter | None = None,
    access: Access = STRANGER,
    steering: Steering = UNSTEERED,
) -> list[UUID]:
    """Listed works that ``access`` opens and ``steering`` leaves, newest first."""
    return newest_first(wanted((filters or WorkFilter()).works(access), steering), limit=limit)


def popular_works(
    *,
    limit: int,
    filters: WorkFilter | None = None,
    works: QuerySet[Work] | None = None,
    access: Access = STRANGER,
    steering: Steering = UNSTEERED,
) -> list[UUID]:
    """Listed works by what people did lately, as ``refresh_popularity`` counted it last.

    ``works``: those alone, chosen already; else all that pass ``filters`` and ``steering``, and that ``access`` opens.
    """
    chosen = works if works is not None else wanted((filters or WorkFilter()).works(access), steering)
    # By the index of scores, from its top: works that were not counted yet would need a sort of the whole shop.
    counted = chosen.filter(popularity__isnull=False).order_by("-popularity__score", "-published_at", "-pk")
    others = chosen.filter(popularity=None).order_by("-published_at", "-pk")
    # PostgreSQL reads the second part only where the first one is too short.
    both = [
        part.annotate(part=Value(place, output_field=IntegerField())).values_list("part", "pk")[:limit]
        for place, part in enumerate((counted, others))
    ]
    found = list(both[0].union(both[1], all=True)[:limit])
    return [key for _part, key in sorted(found, key=lambda entry: entry[0])]


@dataclass(frozen=True, slots=True)
class ColourShelf:
    """A colour and how many listed works show it most."""

    colour: str
    label: str
    works: int


def colours_in_the_shop(access: Access = STRANGER) -> list[ColourShelf]:
    """The colours of listed works that ``access`` opens, in the order of the rainbow; in a large shop as of late."""
    return counted_lately("colours", access, _colours)


def _colours(access: Access) -> list[ColourShelf]:
    counts = dict(
        WorkColour.objects.filter(work__in=Work.objects.listed().open_to(access))
        .values_list("colour")
        .annotate(works=Count("pk"))
        .values_list("colour", "works")
    )
    return [ColourShelf(c.value, str(c.label), counts[c.value]) for c in WorkColour.Colour if counts.get(c.value)]


def tags_in_the_shop(*, limit: int, access: Access = STRANGER) -> list[Tag]:
    """The tags that most listed works carry among those that ``access`` opens, with their labels; in a large shop as of
    late."""
    used = counted_lately(("tags", limit), access, lambda one: _most_used(one, limit))
    tags = {tag.pk: tag for tag in Tag.objects.filter(pk__in=used).prefetch_related("labels")}
    return [tags[key] for key in used if key in tags]


def _most_used(access: Access, limit: int) -> list[UUID]:
    used = (
        WorkTag.objects.filter(work__in=Work.objects.listed().open_to(access))
        .values("tag")
        .annotate(works=Count("pk"))
        .order_by("-works", "tag")
        .values_list("tag", flat=True)[:limit]
    )
    return list(used)


@dataclass(frozen=True, slots=True)
class LikeState:
    """How many like a work, and whether the viewer does."""

    count: int
    is_liked: bool


def like_state(*, work_id: UUID, viewer_key: str) -> LikeState:
    """Counted at once, unlike ``WorkPopularity``, so that a person sees her own click."""
    likes = Like.objects.filter(work_id=work_id)
    return LikeState(likes.count(), bool(viewer_key) and likes.filter(viewer=viewer_key).exists())


def saved_works(*, viewer: Viewer, limit: int, offset: int = 0) -> tuple[list[UUID], int]:
    """The works in a person's list that are still shown, the last saved first, and how many there are in all."""
    rows = Save.objects.filter(viewer=viewer.key, work__in=Work.objects.reachable())
    ids = rows.order_by("-saved_at", "-pk").values_list("work_id", flat=True)
    return list(ids[offset : offset + limit]), rows.count()


def is_saved(*, work_id: UUID, viewer_key: str) -> bool:
    """Whether the work is in the person's list."""
    return bool(viewer_key) and Save.objects.filter(work_id=work_id, viewer=viewer_key).exists()
