"""A year of browsing: sessions of all persons in the order of time, on pages of what is popular, new and alike."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .catalogue import Catalogue, Integers, neighbours
from .people import People, Weights

SECONDS_A_DAY = 86_400
FIRST_SECOND = 1_735_689_600  # 2025-01-01 00:00 UTC


@dataclass(frozen=True)
class Habits:
    """How people browse and how the shop shows works."""

    days: float = 365.0
    median_interactions: float = 60.0
    spread_of_interactions: float = 0.75  # of the logarithm
    fewest_interactions: int = 20
    most_interactions: int = 600
    session_length: float = 8.0
    page: int = 12  # works from the feed, and as many that are like the last one
    alike: int = 60  # "similar works" of a work
    half_life_days: float = 30.0  # of popularity
    new_for_days: float = 20.0
    fame: float = 1.3  # how steeply what is shown depends on quality
    weights: Weights = field(default_factory=Weights)


@dataclass
class Interactions:
    """One row for each (person, work), in the order of time. `rating` 1 to 5; `timestamp` in seconds since 1970."""

    person: Integers
    work: Integers
    rating: Integers
    timestamp: Integers

    def __len__(self) -> int:
        return len(self.person)


@dataclass
class _Sessions:
    person: Integers
    start: NDArray[np.float64]  # days
    length: Integers


def _draw_sessions(count: int, habits: Habits, random: np.random.Generator) -> _Sessions:
    """Some do everything on one evening, some come for the whole year; evenings are busier than nights."""
    totals = np.exp(np.log(habits.median_interactions) + habits.spread_of_interactions * random.standard_normal(count))
    totals = np.clip(totals, habits.fewest_interactions, habits.most_interactions).astype(np.int64)
    persons, starts, lengths = [], [], []
    for person, total in enumerate(totals):
        left, mine = int(total), []
        typical = habits.session_length * random.lognormal(0, 0.4)
        while left > 0:
            mine.append(min(left, 1 + int(random.exponential(typical))))
            left -= mine[-1]
        first = random.uniform(0, 0.75 * habits.days)
        span = random.beta(0.8, 0.8) * (habits.days - 1 - first)
        days = np.floor(np.sort(first + span * random.random(len(mine))))
        hours = np.clip(random.normal(19, 3.5, len(mine)), 0, 23)
        persons += [person] * len(mine)
        starts += list(days + hours / 24)
        lengths += mine
    order = np.argsort(starts, kind="stable")
    return _Sessions(np.array(persons)[order], np.array(starts)[order], np.array(lengths)[order])


def simulate_year(
    catalogue: Catalogue, people: People, *, habits: Habits, seed: np.random.SeedSequence
) -> Interactions:
    """Who looked at what, when, and how many stars she gave.

    A session has one theme. It begins with a work that was searched for; each further page shows works that are
    popular or new now, and works that are like the last one. Of these the person takes the one that attracts her most
    (a logit choice: attraction plus Gumbel noise). What is taken becomes more popular, so it is shown more.
    """
    sessions_seed, alike_seed, browsing_seed = seed.spawn(3)
    sessions = _draw_sessions(len(people), habits, np.random.default_rng(sessions_seed))
    alike = neighbours(catalogue, count=habits.alike, seed=alike_seed)
    random = np.random.default_rng(browsing_seed)
    weights = habits.weights
    seen = np.zeros((len(people), len(catalogue)), dtype=bool)
    standing = np.exp(habits.fame * catalogue.quality.astype(np.float64))
    standing /= standing.mean()
    heat = 2.0 * standing
    cooled_on = 0.0
    taken: list[tuple[int, int, float, float]] = []
    for person, start, length in zip(sessions.person, sessions.start, sessions.length, strict=True):
        heat *= 0.5 ** ((start - cooled_on) / habits.half_life_days)
        cooled_on = start
        theme = int(random.choice(people.themes.shape[1], p=people.theme_weights(person, start)))
        own = people.attraction(catalogue, person, start, theme, weights)
        general = weights.quality * catalogue.quality + weights.heat * people.popular[person] * np.log(
            0.1 + heat + standing
        )
        drawn = own + general
        shown_already = catalogue.appears < start
        drawn[~shown_already] = -np.inf
        drawn[seen[person]] = -np.inf
        age = start - catalogue.appears
        new = np.where(age < habits.new_for_days, 2.0, 0.0) * np.sqrt(standing)
        exposure = np.cumsum((heat + 0.5 * standing + new) * shown_already)
        feed = np.searchsorted(exposure, random.random((length, habits.page)) * exposure[-1])
        noise = random.gumbel(size=(length, 2 * habits.page))
        second = start * SECONDS_A_DAY
        # The first page is a search for the theme: the best known of what matches.
        found = np.argpartition(-(1.5 * drawn + np.log(exposure[-1] / len(catalogue) + heat)), habits.alike)
        near = found[: habits.alike]
        for step in range(length):
            page = np.concatenate((feed[step], near[random.integers(0, len(near), habits.page)]))
            draws = drawn[page] + noise[step]
            best = int(page[np.argmax(draws)])
            if drawn[best] == -np.inf:
                continue
            second += 5 + random.exponential(90)
            taken.append((person, best, second, float(own[best])))
            seen[person, best] = True
            drawn[best] = -np.inf
            heat[best] += 1
            near = alike[best]
    persons, works, seconds, liked = (np.array(column) for column in zip(*taken, strict=True))
    rating = _rate(liked, catalogue.quality[works], people.strictness[persons], random)
    order = np.argsort(seconds, kind="stable")
    return Interactions(
        person=persons[order],
        work=works[order],
        rating=rating[order],
        timestamp=(FIRST_SECOND + seconds[order]).astype(np.int64),
    )


def _rate(
    liked: NDArray[np.float64],
    quality: NDArray[np.float32],
    strictness: NDArray[np.float64],
    random: np.random.Generator,
) -> Integers:
    """Stars from how much the person was drawn, from quality, from her strictness and from noise."""
    liked = (liked - liked.mean()) / liked.std()
    stars = (
        3.6 + 0.45 * liked + 0.35 * (quality - quality.mean()) - strictness + 0.75 * random.standard_normal(len(liked))
    )
    return np.clip(np.rint(stars), 1, 5).astype(np.int64)
