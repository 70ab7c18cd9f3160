"""People who push works: how many places do these move, in the popular list and in the feeds of honest buyers?

Each attack happens on the last ACTING_DAYS, through the shop's services, is counted by the shop's job, measured beside
the same days without it, and taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from marketplace.accounts.models import User
from marketplace.catalog.audiences import Access
from marketplace.catalog.models import Work
from recommendations.models import WorkPopularity
from recommendations.selectors import home_feed, popular_works
from recommendations.services import like_work, record_view
from recommendations.viewers import Consent, Viewer
from tests.simulator.people import Promoters

from .month import Month

ACTING_DAYS = 3
# Who hides what she does begins so many days earlier and deals with so many other works besides.
PATIENT_DAYS, OTHER_WORKS = 10, 8
FEEDS, FEED_LENGTH = 12, 100


@dataclass(frozen=True)
class Attack:
    """`likes`: (who, number of a work); a person of `accounts` likes, one of `sessions` can only look."""

    name: str
    works: tuple[int, ...]
    acts: tuple[tuple[User | Viewer, int], ...]
    is_patient: bool = False


@dataclass(frozen=True)
class Moves:
    """Shares of a list's length by which the attacked works rose."""

    mean: float
    most: float


@dataclass(frozen=True)
class Sizes:
    """How many take part; the names of the attacks say these."""

    accounts: int = 20
    ring: int = 30
    many: int = 200


def attack_lines(month: Month, sizes: Sizes = Sizes()) -> list[str]:
    """`attack.NAME.LIST.mean_move` and `.most`, and how many interested viewers an attacked work gained at most."""
    with month.clock.ticking(), _taken_back():
        lines = []
        attacks = attacks_on(month, sizes)
        month.clock.day = float(month.plan.days)
        with _taken_back():
            month.clock.day += ACTING_DAYS
            month.count()
            popular = places(_popular_list(month))
            feeds = [places(feed) for feed in _feeds(month)]
            interested = dict(WorkPopularity.objects.values_list("work", "interested"))
        lines.append(f"attack.scored_works_share: {_scored_share():.3f}")
        for attack in attacks:
            with _taken_back():
                commit(month, attack)
                month.count()
                works = [month.shop.works[number].pk for number in attack.works]
                moved = moves(works, [popular], [places(_popular_list(month))], length=len(popular))
                in_feeds = moves(works, feeds, [places(feed) for feed in _feeds(month)], length=FEED_LENGTH)
                now_interested = dict(WorkPopularity.objects.values_list("work", "interested"))
            gained = max(now_interested[key] - interested[key] for key in works)
            lines.append(f"attack.{attack.name}.most_interested_viewers_gained: {gained:.3f}")
            for where, found in (("popular", moved), ("feeds", in_feeds)):
                lines.append(f"attack.{attack.name}.{where}.mean_move: {found.mean:.4f}")
                lines.append(f"attack.{attack.name}.{where}.most: {found.most:.4f}")
        return lines


def attacks_on(month: Month, sizes: Sizes) -> list[Attack]:
    """One artist with 20 accounts, a ring of 30 artists, 200 sessions of bots, 200 new accounts; the first three also
    patient and hidden among other acts."""
    random = np.random.default_rng([month.seed, 5])
    catalogue = month.shop.catalogue
    listed = catalogue.appears <= month.plan.days
    works_of = np.bincount(catalogue.artist[listed & (catalogue.artist >= 0)], minlength=len(month.shop.artists))
    artist = int(random.choice(np.flatnonzero((works_of >= 3) & (works_of <= 20))))
    hers = np.flatnonzero((catalogue.artist == artist) & listed)
    ring = random.choice(np.flatnonzero((works_of >= 1) & (works_of <= 4)), sizes.ring, replace=False)
    of_ring = np.flatnonzero(np.isin(catalogue.artist, ring) & listed)
    accounts = _signed_up(sizes.accounts, "puppet")
    newcomers = _signed_up(sizes.many, "newcomer")
    sessions = [Viewer(key=f"s:bot{number:037d}", consent=Consent.GIVEN) for number in range(sizes.many)]

    def all_by_all(actors: Sequence[User | Viewer], works: Sequence[int]) -> tuple[tuple[User | Viewer, int], ...]:
        pushed = Promoters(accounts=tuple(range(len(actors))), works=frozenset(int(number) for number in works))
        return tuple((actors[account], work) for account, work in pushed.likes())

    owners = [month.shop.artists[int(number)].user for number in ring]
    by_ring = tuple(
        (owner, number)
        for owner, number in all_by_all(owners, of_ring)
        if month.shop.works[number].artist.user_id != owner.pk
    )
    own = tuple(int(number) for number in hers)
    of_all = tuple(int(number) for number in of_ring)
    return [
        Attack("one_artist_20_accounts", own, all_by_all(accounts, own)),
        Attack("one_artist_20_accounts_hidden", own, all_by_all(accounts, own), is_patient=True),
        Attack("ring_of_30", of_all, by_ring),
        Attack("ring_of_30_hidden", of_all, by_ring, is_patient=True),
        Attack("200_bots", own, all_by_all(sessions, own)),
        Attack("200_bots_hidden", own, all_by_all(sessions, own), is_patient=True),
        Attack("200_new_accounts", own, all_by_all(newcomers, own)),
    ]


def _signed_up(count: int, name: str) -> list[User]:
    return User.objects.bulk_create([User(email=f"{name}{number}@example.org") for number in range(count)])


def commit(month: Month, attack: Attack) -> None:
    """All of it; the clock then stands ACTING_DAYS after the month's end."""
    random = np.random.default_rng([month.seed, 6])
    end = month.plan.days + ACTING_DAYS
    if attack.is_patient:
        others = [number for number in np.flatnonzero(month.tally.shown > 0) if number not in attack.works]
        actors = list(dict.fromkeys(actor for actor, _number in attack.acts))
        for actor in actors:
            for number in random.choice(others, OTHER_WORKS, replace=False):
                month.clock.day = end - float(random.uniform(0.1, PATIENT_DAYS))
                _act(month, actor, int(number), likes=random.random() < 0.4)
    for actor, number in attack.acts:
        for day in range(ACTING_DAYS):
            month.clock.day = end - ACTING_DAYS + day + float(random.uniform(0.05, 0.95))
            _act(month, actor, number, likes=day == 0)
    month.clock.day = float(end)


def _act(month: Month, actor: User | Viewer, number: int, *, likes: bool) -> None:
    work = month.shop.works[number]
    viewer = actor if isinstance(actor, Viewer) else month.shop.viewer_of(actor)
    record_view(work=work, viewer=viewer)
    if likes and isinstance(actor, User):
        like_work(work_id=work.pk, user=actor)


def moves(
    works: Sequence[UUID], before: Sequence[dict[UUID, int]], after: Sequence[dict[UUID, int]], *, length: int
) -> Moves:
    """How far `works` rose from `before` to `after` (places by work, one for each list); what is in neither list, or
    fell, rose by nothing."""
    rises = [
        max(0, old.get(work, length) - new.get(work, length)) / length
        for old, new in zip(before, after, strict=True)
        for work in works
    ]
    return Moves(float(np.mean(rises)), float(max(rises)))


def places(order: Sequence[UUID]) -> dict[UUID, int]:
    return {key: place for place, key in enumerate(order)}


def _popular_list(month: Month) -> list[UUID]:
    return popular_works(limit=len(month.shop.works))


def _feeds(month: Month) -> Iterator[list[UUID]]:
    """Without explored places, which are drawn anew; these go by `interested`."""
    unexplored = settings.CONFIGURATION.model_copy(update={"exploration_share_percent": 0})
    with override_settings(CONFIGURATION=unexplored):
        yield from _ranked_feeds(month)


def _ranked_feeds(month: Month) -> Iterator[list[UUID]]:
    for user, viewer in list(zip(month.shop.buyers, month.shop.viewers, strict=True))[:FEEDS]:
        yield [entry.work_id for entry in home_feed(viewer=viewer, limit=FEED_LENGTH, access=Access(user))]


def _scored_share() -> float:
    listed = Work.objects.listed()
    return WorkPopularity.objects.filter(work__in=listed, score__gt=0).count() / max(1, listed.count())


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
