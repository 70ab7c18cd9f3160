"""Looks and likes of the past weeks, so that popularity and recommendations have something to go by.

Each person has a taste (two of the artists); most of what she looks at is by them. The same on every machine.
"""

import math
import random
from datetime import datetime, timedelta

from django.db import connection, transaction

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.core.clock import now
from marketplace.core.ids import new_id
from recommendations.models import Event, FeedSettings, Like
from recommendations.partitions import ensure_months
from recommendations.services import refresh_popularity
from recommendations.viewers import viewer_of

STRANGERS = 160
LOOKS_EACH = 18
DAYS = 60


@transaction.atomic
def seed_history(buyers: list[User]) -> int:
    """Add the history once; returns how many events there are. Sales come from real checkouts (`seed.sales`)."""
    if Event.objects.exists():
        return Event.objects.count()
    works = list(Work.objects.listed().order_by("id"))
    if not works:
        return 0
    at = now()
    with connection.cursor() as cursor:
        ensure_months(cursor, first=(at - timedelta(days=DAYS)).date(), last=at.date())
    dice = random.Random(20261124)
    appeal = {work.pk: math.exp(dice.gauss(0, 0.9)) for work in works}
    by_artist: dict[object, list[Work]] = {}
    for work in works:
        by_artist.setdefault(work.artist_id, []).append(work)
    artists = sorted(by_artist, key=str)
    viewers = [_viewer_key(buyer) for buyer in buyers] + [f"stranger-{n:03d}" for n in range(STRANGERS)]
    events, likes = [], []
    for number, viewer in enumerate(viewers):
        taste = [work for artist in dice.sample(artists, min(2, len(artists))) for work in by_artist[artist]]
        seen: set[object] = set()
        for _look in range(dice.randrange(LOOKS_EACH // 2, LOOKS_EACH * 2)):
            pool = taste if dice.random() < 0.7 else works
            work = dice.choices(pool, weights=[appeal[w.pk] for w in pool])[0]
            if work.pk in seen:
                continue
            seen.add(work.pk)
            assert work.published_at is not None
            oldest = min((at - work.published_at).total_seconds(), DAYS * 86400)
            when = at - timedelta(seconds=oldest * dice.random() ** 1.6)
            events.append(_event(Event.Kind.VIEWED, work, viewer, when))
            if number < len(buyers) and dice.random() < 0.3:
                events.append(_event(Event.Kind.LIKED, work, viewer, when))
                likes.append(Like(work=work, viewer=viewer, liked_at=when))
    Event.objects.bulk_create(events, batch_size=1000, ignore_conflicts=True)
    Like.objects.bulk_create(likes, ignore_conflicts=True)
    # Looks are kept of those alone who said yes.
    said_yes = [FeedSettings(viewer=_viewer_key(buyer), consent=FeedSettings.Consent.GIVEN) for buyer in buyers]
    FeedSettings.objects.bulk_create(said_yes, ignore_conflicts=True)
    refresh_popularity()
    return len(events)


def _viewer_key(user: User) -> str:
    viewer = viewer_of(user=user)
    assert viewer is not None
    return viewer.key


def _event(kind: Event.Kind, work: Work, viewer: str, when: datetime) -> Event:
    return Event(
        id=new_id(),
        kind=kind,
        work=work,
        viewer=viewer,
        once_key=f"{kind.value}:{viewer}:{work.pk}",
        happened_at=when,
        happened_on=when.date(),
    )
