"""A year of browsing: the sessions of all persons in the order of time, and what each took and how she rated it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from .catalogue import Catalogue, Integers
from .sessions import Visits, draw_sessions
from .showcase import Showcase, Showing
from .tastes import Tastes, Weights

SECONDS_A_DAY = 86_400
FIRST_SECOND = 1_735_689_600  # 2025-01-01 00:00 UTC


@dataclass(frozen=True)
class Habits:
    """How people browse and how the shop shows works."""

    days: float = 365.0
    page: int = 24  # half from the feed, half like the last work (or found by a search)
    searches: float = 0.5  # of the pages show the finds for the session's theme instead of works like the last one
    seconds_between: float = 90.0
    visits: Visits = field(default_factory=Visits)
    showing: Showing = field(default_factory=Showing)
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


def simulate_year(
    catalogue: Catalogue, tastes: Tastes, *, habits: Habits, seed: np.random.SeedSequence
) -> Interactions:
    """A session has one theme. It begins with a search for it; each further page shows works that are popular or new
    today beside works that are like the last one or were found. Of these the person takes the one that draws her most:
    a logit choice, that is her attraction plus Gumbel noise. What is taken becomes more popular and is shown more.
    """
    for_sessions, for_showcase, for_choices = seed.spawn(3)
    # Nobody takes more than a third of a small catalogue, of which most is there from the first day.
    visits = replace(habits.visits, most=min(habits.visits.most, len(catalogue) // 3))
    sessions = draw_sessions(len(tastes), visits=visits, days=habits.days, seed=for_sessions)
    showcase = Showcase(catalogue, showing=habits.showing, days=habits.days, seed=for_showcase)
    random = np.random.default_rng(for_choices)
    half = habits.page // 2
    owned: list[list[int]] = [[] for _ in range(len(tastes))]
    taken: list[tuple[int, int, float, float]] = []
    today = -1
    for person, start, length in zip(sessions.person, sessions.start, sessions.length, strict=True):
        if int(start) != today:
            today = int(start)
            showcase.open(today)
        theme = int(random.choice(tastes.themes.shape[1], p=tastes.shares(person, start)))
        own = tastes.attraction(catalogue, person, start, theme, habits.weights)
        drawn = own + tastes.common_attraction(catalogue, person, showcase.known, habits.weights)
        drawn[showcase.unseen] = -np.inf
        drawn[owned[person]] = -np.inf
        feed = showcase.feed((length, half), random)
        places = random.random((length, half))
        noise = random.gumbel(size=(length, 2 * half))
        searches = random.random(length) < habits.searches
        pauses = 5 + random.exponential(habits.seconds_between, length)
        found = near = showcase.find(int(tastes.themes[person, theme]))
        second = start * SECONDS_A_DAY
        for step in range(length):
            if searches[step]:
                near = found
            page = np.concatenate((feed[step], near[(places[step] * len(near)).astype(np.int64)]))
            best = int(page[np.argmax(drawn[page] + noise[step])])
            if drawn[best] == -np.inf:  # nothing on this page that she has not: she searches on
                best = int(np.argmax(drawn))
            second += pauses[step]
            taken.append((person, best, second, float(own[best])))
            owned[person].append(best)
            showcase.take(best)
            drawn[best] = -np.inf
            near = showcase.alike[best]
    persons, works, seconds, liked = (np.array(column) for column in zip(*taken, strict=True))
    rating = _rate(liked, catalogue.quality[works], tastes.strictness[persons], random)
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
    noise = 0.75 * random.standard_normal(len(liked))
    stars = 3.6 + 0.45 * liked + 0.35 * (quality - quality.mean()) - strictness + noise
    return np.clip(np.rint(stars), 1, 5).astype(np.int64)
