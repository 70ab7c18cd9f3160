"""People come to the shop for a month, look at their feed, and what they do becomes its next events."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from marketplace.catalog.audiences import STRANGER, Access
from recommendations.selectors import home_feed
from recommendations.services import (
    count_impressions,
    hide_for,
    like_work,
    notice_click,
    record_event,
    record_view,
    refresh_first_views,
    refresh_popularity,
)
from recommendations.viewers import Consent, Viewer, passer_by
from tests.simulator.catalogue import Catalogue, content_vectors, draw_catalogue
from tests.simulator.people import Answers, Buyers, Visit
from tests.simulator.tastes import draw_tastes

from .clock import SimulatedClock
from .figures import MonthFigures, gini
from .plan import Plan
from .shop import DIMENSIONS, Shop

DAYS_BEFORE = 9.0  # the evenings before the month lie so far back
START = datetime(2026, 3, 1, tzinfo=UTC)
LONG_AGO = 40.0  # what was there before is so old, so that its artists are new no longer


@dataclass
class Tally:
    """What was seen and done in the feed; arrays have a row for each work."""

    shown: np.ndarray
    opened: np.ndarray
    visits: int = 0
    likes: int = 0
    new_works_share: list[float] = field(default_factory=list)


class Month:
    """`run` once; `shop` and the database then stand as they are at the end of the month."""

    def __init__(self, works: list[dict[str, object]], plan: Plan, *, seed: int) -> None:
        self.plan, self.seed = plan, seed
        for_works, for_people, for_content, for_arrivals, for_buyers = np.random.SeedSequence(seed).spawn(5)
        catalogue = draw_catalogue(works, days=plan.days, new_share=0.0, seed=for_works)
        is_new = _arrivals(catalogue, plan, seed=for_arrivals)
        tastes = draw_tastes(catalogue, count=plan.buyers + plan.strangers, days=plan.days, seed=for_people)
        self.people = Buyers(catalogue, tastes, seed=for_buyers)
        self.clock = SimulatedClock(START)
        self.shop = Shop(
            catalogue,
            content_vectors(catalogue, seed=for_content, dimensions=DIMENSIONS),
            is_new=is_new,
            buyers=plan.buyers,
            clock=self.clock,
        )
        self.tally = Tally(np.zeros(len(catalogue), dtype=np.int64), np.zeros(len(catalogue), dtype=np.int64))

    def run(self) -> MonthFigures:
        """The evenings before, then the month."""
        with self.clock.ticking():
            self._before()
            for day in range(self.plan.days):
                self._day(day)
            self.clock.day = float(self.plan.days)
            self.count()
        return self._figures()

    def count(self) -> None:
        """The shop's periodic job."""
        refresh_popularity()
        refresh_first_views()

    def _before(self) -> None:
        for person, (user, viewer) in enumerate(zip(self.shop.buyers, self.shop.viewers, strict=True)):
            random = np.random.default_rng([self.seed, 1, person])
            liked = self._liked_at_first(person, random)
            for evening, works in enumerate(np.array_split(liked, 3)):
                self.clock.day = -DAYS_BEFORE + 4 * evening + float(random.random()) / 4
                for number in works:
                    work = self.shop.works[int(number)]
                    record_view(work=work, viewer=viewer)
                    if random.random() < 0.4:
                        like_work(work_id=work.pk, user=user)
        self.clock.day = 0.0
        self.count()

    def _liked_at_first(self, person: int, random: np.random.Generator) -> np.ndarray:
        there = np.flatnonzero(self.shop.catalogue.appears <= -LONG_AGO)
        themes = [self.people.visit(person, 0.0, random=random) for _evening in range(3)]
        best = [there[np.argsort(-visit.appeal[there])[: 2 * self.plan.liked_before]] for visit in themes]
        return random.permutation(np.unique(np.concatenate(best)))[: self.plan.liked_before]

    def _day(self, day: int) -> None:
        random = np.random.default_rng([self.seed, 2, day])
        count = self.plan.buyers + self.plan.strangers
        comes = np.flatnonzero(random.random(count) < self.plan.visits_a_day)
        times = np.sort(np.clip(random.normal(19, 3.5, len(comes)), 0, 23.5)) / 24
        next_count = 0.0
        for person, time in zip(random.permutation(comes), times, strict=True):
            while time >= next_count:
                self.clock.day = day + next_count
                self.count()
                next_count += 1 / self.plan.refreshes_a_day
            self.shop.publish_until(day + float(time))
            self._visit(int(person), day)

    def _visit(self, person: int, day: int) -> None:
        is_stranger = person >= self.plan.buyers
        viewer = (
            passer_by(address=f"10.0.0.{person}", user_agent="simulated", consent=Consent.UNASKED)
            if is_stranger
            else self.shop.viewers[person]
        )
        visit = self.people.visit(person, float(day), random=np.random.default_rng([self.seed, 3, day, person]))
        self.tally.visits += 1
        for _page in range(self.plan.pages):
            access = STRANGER if is_stranger else Access(self.shop.buyers[person])
            feed = home_feed(viewer=None if is_stranger else viewer, limit=self.plan.page, access=access)
            self._look(visit, [self.shop.number_of[entry.work_id] for entry in feed], person, viewer)
            self.clock.day += 2 / 24 / 60

    def _look(self, visit: Visit, shown: list[int], person: int, viewer: Viewer) -> None:
        answers = visit.answer(shown)
        there = self.shop.catalogue.appears <= self.clock.day
        seen = [number for number, noticed in zip(shown, answers.noticed, strict=True) if noticed]
        count_impressions(shown={"for_you": [self.shop.works[number].pk for number in seen]})
        np.add.at(self.tally.shown, seen, 1)
        self.tally.new_works_share += [float(self.shop.is_new[there].mean())] * len(seen)
        self._record(answers, shown, person, viewer)

    def _record(self, answers: Answers, shown: list[int], person: int, viewer: Viewer) -> None:
        is_stranger = person >= self.plan.buyers
        for place, number in enumerate(shown):
            work = self.shop.works[number]
            if answers.opened[place]:
                self.tally.opened[number] += 1
                notice_click(work_id=work.pk, surface="for_you", position=place, query="", viewer=viewer)
                record_view(work=work, viewer=viewer)
            if is_stranger:
                continue
            if answers.liked[place]:
                self.tally.likes += 1
                like_work(work_id=work.pk, user=self.shop.buyers[person])
                if np.random.default_rng([self.seed, 4, person, number]).random() < self.plan.bought_of_liked:
                    record_event(kind="bought", work_id=work.pk, viewer=viewer, once_key=f"line:{person}:{number}")
            if answers.hidden[place]:
                hide_for(work_id=work.pk, viewer=viewer)

    def _figures(self) -> MonthFigures:
        shop, shown, opened = self.shop, self.tally.shown, self.tally.opened
        listed = shop.catalogue.appears <= self.plan.days
        new = shop.is_new & listed
        by_artist = np.bincount(shop.catalogue.artist, weights=shown, minlength=len(shop.artists))
        has_works = np.bincount(shop.catalogue.artist[listed], minlength=len(shop.artists)) > 0
        return MonthFigures(
            impressions=int(shown.sum()),
            clicks=int(opened.sum()),
            likes=self.tally.likes,
            visits=self.tally.visits,
            new_artist_share=float(shown[new].sum() / shown.sum()),
            new_artist_works_share=float(np.mean(self.tally.new_works_share)),
            gini_of_works=gini(shown[listed]),
            gini_of_artists=gini(by_artist[has_works]),
            new_works_median_impressions=float(np.median(shown[new])),
            new_works_unseen=float((shown[new] == 0).mean()),
            new_artist_clicks_per_impression=float(opened[new].sum() / max(1, shown[new].sum())),
        )


def _arrivals(catalogue: Catalogue, plan: Plan, *, seed: np.random.SeedSequence) -> np.ndarray:
    """Sets the days of appearance and answers which works are by new artists: artists with up to eight works are new
    until they have ``new_artists`` of the works; they come on any day and bring a work every day or two."""
    random = np.random.default_rng(seed)
    works_of = np.bincount(catalogue.artist[catalogue.artist >= 0])
    is_new = np.zeros(len(catalogue), dtype=bool)
    catalogue.appears = -1 - random.exponential(120, len(catalogue)).astype(np.float32) - np.float32(LONG_AGO)
    for artist in random.permutation(np.flatnonzero((works_of > 0) & (works_of <= 8))):
        if is_new.mean() >= plan.new_artists:
            break
        hers = np.flatnonzero(catalogue.artist == artist)
        is_new[hers] = True
        comes = random.uniform(0, 0.8 * plan.days)
        catalogue.appears[hers] = np.minimum(comes + np.cumsum(random.exponential(1.5, len(hers))), plan.days - 0.5)
    others = np.flatnonzero(~is_new)
    fresh = random.choice(others, int(plan.new_works * len(catalogue)), replace=False)
    catalogue.appears[fresh] = random.uniform(0, plan.days - 0.5, len(fresh))
    return is_new
