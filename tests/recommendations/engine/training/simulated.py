"""A simulated year as the folder of data that the shop hands to a training."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from recommendations.engine.feed.contract import KINDS
from recommendations.engine.training import data
from tests.simulator.catalogue import Catalogue, draw_catalogue
from tests.simulator.invented_works import invented_works
from tests.simulator.sessions import Visits
from tests.simulator.tastes import draw_tastes
from tests.simulator.year import Habits, Interactions, simulate_year

PICTURE, TEXT = 24, 32
SPACES = (("picture", "simulated-1", PICTURE), ("text", "simulated-1", TEXT))
# As services.popularity has them.
POPULARITY = {"viewed": 1.0, "liked": 4.0, "bought": 10.0}
_DAY_S = 86_400


def simulated_folder(
    folder: Path, *, works: int = 1500, buyers: int = 300, seed: int = 1, visits: Visits | None = None
) -> Path:
    """Write the folder of a year in which ``buyers`` look at ``works``; the last day is the last event's."""
    habits = Habits(visits=visits or Visits())
    for_works, for_people, for_year, for_rest = np.random.SeedSequence(seed).spawn(4)
    catalogue = draw_catalogue(invented_works(works, seed=seed), days=habits.days, new_share=0.4, seed=for_works)
    tastes = draw_tastes(catalogue, count=buyers, days=habits.days, seed=for_people)
    taken = simulate_year(catalogue, tastes, habits=habits, seed=for_year)
    random = np.random.default_rng(for_rest)
    folder.mkdir(parents=True, exist_ok=True)
    _works_of(catalogue, int(taken.timestamp.min())).tofile(folder / data.WORKS)
    _contents_of(catalogue, random).astype("<f2").tofile(folder / data.CONTENT)
    events = _events_of(taken, random)
    events.tofile(folder / data.EVENTS)
    np.zeros(0, dtype=data.FOLLOW).tofile(folder / data.FOLLOWS)
    facts = data.Facts(
        version="simulated",
        spaces=SPACES,
        viewers=buyers,
        works=works,
        artists=int(catalogue.artist.max()) + 1,
        events=len(events),
        popularity_weights=POPULARITY,
        popularity_half_life_days=10.0,
    )
    data.write_facts(folder, facts)
    return folder


def _works_of(catalogue: Catalogue, begins: int) -> np.ndarray:
    works = np.zeros(len(catalogue), dtype=data.WORK)
    works["id"][:, 14:] = np.arange(len(catalogue), dtype=">u2").view("u1").reshape(-1, 2)
    works["artist"], works["medium"] = catalogue.artist, catalogue.medium
    works["published_at"] = begins + np.floor(catalogue.appears * _DAY_S).astype(np.int64) - _DAY_S
    return works


def _contents_of(catalogue: Catalogue, random: np.random.Generator) -> np.ndarray:
    """(works, PICTURE + TEXT): pictures tell the style and a little of the subject, words the subjects; with noise."""
    carried = np.zeros((len(catalogue), len(catalogue.subjects)), dtype=np.float32)
    for leaf in range(len(catalogue.subjects)):
        carried[:, leaf] = catalogue.match(leaf)

    def directions(rows: int, columns: int) -> np.ndarray:
        return random.standard_normal((rows, columns)) / np.sqrt(columns)

    subjects = carried / np.maximum(np.linalg.norm(carried, axis=1, keepdims=True), 1e-6)
    style = catalogue.style / np.maximum(np.linalg.norm(catalogue.style, axis=1, keepdims=True), 1e-6)
    picture = style @ directions(style.shape[1], PICTURE) + 0.5 * subjects @ directions(subjects.shape[1], PICTURE)
    text = subjects @ directions(subjects.shape[1], TEXT)
    parts = []
    for part in (picture, text):
        noisy = part + 0.3 * random.standard_normal(part.shape) / np.sqrt(part.shape[1])
        parts.append(noisy / np.linalg.norm(noisy, axis=1, keepdims=True))
    return np.concatenate(parts, axis=1)


def _events_of(taken: Interactions, random: np.random.Generator) -> np.ndarray:
    """Each work that was taken is looked at; who rates it 4 or 5 likes it, of those who rate it 5 a third buys it."""
    viewed = np.ones(len(taken), dtype=bool)
    liked = taken.rating >= 4
    bought = (taken.rating >= 5) & (random.random(len(taken)) < 0.3)
    parts = []
    for kind, chosen, later in (("viewed", viewed, 0), ("liked", liked, 8), ("bought", bought, 40)):
        part = np.zeros(int(chosen.sum()), dtype=data.EVENT)
        part["viewer"], part["work"] = taken.person[chosen], taken.work[chosen]
        part["kind"], part["at"] = KINDS.index(kind), taken.timestamp[chosen] + later
        parts.append(part)
    events = np.concatenate(parts)
    return events[np.argsort(events["at"], kind="stable")]
