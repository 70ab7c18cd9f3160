"""Reads on how a viewer steers her feeds: her wishes in one query, and the works that they leave."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Tag, Work, WorkTag
from recommendations.models import HiddenWork, Mute
from recommendations.steering import UNSTEERED, Steering
from recommendations.viewers import Consent, Viewer

HIDDEN_READ = 40
SHOWN_AT_MOST = 200
COVERS_EACH = 6

_WISHES = """
SELECT s.consent, s.is_personal, s.novelty, s.diversity, s.taste_since,
       array(SELECT artist_id FROM recommendations_mute WHERE viewer = %(key)s AND artist_id IS NOT NULL),
       array(SELECT medium::text FROM recommendations_mute WHERE viewer = %(key)s AND medium <> ''),
       array(SELECT tag_id FROM recommendations_mute WHERE viewer = %(key)s AND tag_id IS NOT NULL),
       array(SELECT tag_id FROM recommendations_tastepick WHERE viewer = %(key)s ORDER BY picked_at, id),
       array(SELECT work_id FROM recommendations_hiddenwork WHERE viewer = %(key)s
             ORDER BY hidden_at DESC LIMIT %(hidden_read)s)
FROM (SELECT 1) AS one LEFT JOIN recommendations_feedsettings s ON s.viewer = %(key)s
"""


def steering_of(viewer: Viewer | None) -> Steering:
    """The viewer's wishes, in one query; all defaults for a stranger. ``consent`` is the stored answer."""
    if viewer is None:
        return UNSTEERED
    with connection.cursor() as cursor:
        cursor.execute(_WISHES, {"key": viewer.key, "hidden_read": HIDDEN_READ})
        consent, is_personal, novelty, diversity, since, artists, media, tags, picks, hidden = cursor.fetchone()
    wishes = Steering(
        viewer_key=viewer.key,
        muted_artists=tuple(artists),
        muted_media=tuple(media),
        muted_tags=tuple(tags),
        picked_tags=tuple(picks),
        recently_hidden=tuple(hidden),
    )
    if consent is None:
        return wishes
    return replace(
        wishes,
        consent=Consent(consent),
        is_personal=is_personal,
        novelty=novelty,
        diversity=diversity,
        taste_since=since,
    )


def wanted(works: QuerySet[Work], steering: Steering) -> QuerySet[Work]:
    """``works`` without those that the viewer hid, and without muted artists, media and tags. Makes no query."""
    if steering.recently_hidden:
        hidden = HiddenWork.objects.filter(viewer=steering.viewer_key).values("work")
        works = works.exclude(pk__in=hidden)
    if steering.muted_artists:
        works = works.exclude(artist__in=steering.muted_artists)
    if steering.muted_media:
        works = works.exclude(medium__in=steering.muted_media)
    if steering.muted_tags:
        works = works.exclude(pk__in=WorkTag.objects.filter(tag__in=steering.muted_tags).values("work"))
    return works


@dataclass(frozen=True, slots=True)
class Muted:
    """What is muted; exactly one of the three is there."""

    mute_id: UUID
    artist: Artist | None
    medium: str
    tag: Tag | None


def mutes_of(viewer: Viewer | None) -> list[Muted]:
    """What the viewer muted, the last first, with tags' labels; two queries."""
    if viewer is None:
        return []
    rows = (
        Mute.objects.filter(viewer=viewer.key)
        .select_related("artist", "tag")
        .prefetch_related("tag__labels")
        .order_by("-muted_at", "-pk")[:SHOWN_AT_MOST]
    )
    return [Muted(row.pk, row.artist, row.medium, row.tag) for row in rows]


def hidden_works_of(viewer: Viewer | None) -> list[UUID]:
    """The works that the viewer hid, the last first, so many as a page shows."""
    if viewer is None:
        return []
    rows = HiddenWork.objects.filter(viewer=viewer.key).order_by("-hidden_at", "-pk")
    return list(rows.values_list("work_id", flat=True)[:SHOWN_AT_MOST])


@dataclass(frozen=True, slots=True)
class Mutable:
    """What can be muted at a work: its artist, its medium, its tags (with labels)."""

    artist: Artist
    medium: str
    tags: tuple[Tag, ...]


def mutable_at(work_ids: list[UUID], *, tags_each: int = 4) -> dict[UUID, Mutable]:
    """For each work what can be muted there; four queries, however many works."""
    works = Work.objects.filter(pk__in=work_ids).select_related("artist").prefetch_related("tags__labels")
    return {work.pk: Mutable(work.artist, work.medium, tuple(work.tags.all())[:tags_each]) for work in works}


def tags_to_pick(works: QuerySet[Work], *, limit: int = 24) -> list[tuple[UUID, UUID]]:
    """The tags that most of ``works`` carry, each with a popular work as its picture: (tag, work).

    A work stands for one tag as long as there is another for the next. Two queries.
    """
    counted = (
        WorkTag.objects.filter(work__in=works)
        .values("tag")
        .annotate(works=Count("pk"))
        .order_by("-works", "tag")
        .values_list("tag", flat=True)[:limit]
    )
    tags = list(counted)
    ranked = (
        WorkTag.objects.filter(tag__in=tags, work__in=works)
        .annotate(
            place=Window(
                RowNumber(),
                partition_by="tag",
                order_by=[F("work__popularity__score").desc(nulls_last=True), F("work__published_at").desc()],
            )
        )
        .filter(place__lte=COVERS_EACH)
        .order_by("place")
        .values_list("tag", "work")
    )
    choices: dict[UUID, list[UUID]] = {}
    for tag_id, work_id in ranked:
        choices.setdefault(tag_id, []).append(work_id)
    used: set[UUID] = set()
    picked = []
    for tag_id in tags:
        own = choices.get(tag_id, [])
        cover = next((key for key in own if key not in used), own[0] if own else None)
        if cover is not None:
            used.add(cover)
            picked.append((tag_id, cover))
    return picked
