"""The simulated year looks like people: counts, stars and fame, tastes that hold and drift, sessions, new works."""

from __future__ import annotations

import numpy as np

from .conftest import Year
from .year import FIRST_SECOND, SECONDS_A_DAY


def test_everybody_takes_each_work_once_and_totals_are_heavy_tailed(year: Year) -> None:
    pairs = set(zip(year.interactions.person.tolist(), year.interactions.work.tolist(), strict=True))
    assert len(pairs) == len(year.interactions)
    totals = np.bincount(year.interactions.person, minlength=len(year.tastes))
    assert totals.min() >= 20
    assert totals.max() <= 600
    assert 45 <= np.median(totals) <= 75
    assert totals.mean() > 1.15 * np.median(totals)


def test_about_half_of_the_ratings_are_four_or_five_stars(year: Year) -> None:
    shares = np.bincount(year.interactions.rating, minlength=6) / len(year.interactions)
    assert shares[0] == 0
    assert len(shares) == 6
    assert shares[1:].min() > 0.005
    assert 0.4 < shares[4] + shares[5] < 0.65


def test_few_works_are_famous(year: Year) -> None:
    takers = np.sort(np.bincount(year.interactions.work, minlength=len(year.catalogue)))
    places = np.arange(1, len(takers) + 1)
    gini = (2 * places - len(takers) - 1) @ takers / (len(takers) * takers.sum())
    assert 0.4 < gini < 0.85
    assert takers[-len(takers) // 100 :].mean() > 5 * takers.mean()


def test_what_is_taken_later_follows_from_what_was_taken_before(year: Year) -> None:
    """A held-out fifth is far more like the person's other works than other persons' held-out works are."""
    random = np.random.default_rng(0)
    known, held_out = [], []
    for person in range(len(year.tastes)):
        works = random.permutation(year.of(person)[0])
        held_out.append(works[: len(works) // 5])
        known.append(works[len(works) // 5 :])
    own = np.mean([year.likeness[np.ix_(known[p], held_out[p])].mean() for p in range(len(known))])
    strange = np.mean([year.likeness[np.ix_(known[p], held_out[p - 1])].mean() for p in range(len(known))])
    anything = year.likeness[np.triu_indices(len(year.catalogue), 1)].mean()
    print(f"likeness: own {own:.3f}, a stranger's {strange:.3f}, any two works {anything:.3f}")
    assert own > 1.5 * strange
    assert own > 2 * anything


def test_tastes_drift(year: Year) -> None:
    """Of who stays for long, the early and the late works are less alike than two halves drawn by chance."""
    random = np.random.default_rng(0)
    by_time, by_chance = [], []
    for person in range(len(year.tastes)):
        works, days = year.of(person)
        if days[-1] - days[0] < 120:
            continue
        half = len(works) // 2
        by_time.append(year.likeness[np.ix_(works[:half], works[half:])].mean())
        mixed = random.permutation(works)
        by_chance.append(year.likeness[np.ix_(mixed[:half], mixed[half:])].mean())
    assert len(by_time) > 50
    differences = np.array(by_chance) - np.array(by_time)
    error = differences.std() / np.sqrt(len(differences))
    print(f"likeness of halves: by time {np.mean(by_time):.3f}, by chance {np.mean(by_chance):.3f} (error {error:.4f})")
    assert differences.mean() > 4 * error
    assert np.mean(by_time) < 0.95 * np.mean(by_chance)


def test_a_session_has_a_theme(year: Year) -> None:
    """Works that a person took within minutes are more alike than any two of hers."""
    within, among = [], []
    for person in range(len(year.tastes)):
        works, days = year.of(person)
        together = np.diff(days) < 0.5 / 24
        pairs = year.likeness[works[:-1], works[1:]]
        within += pairs[together].tolist()
        among.append(year.likeness[np.ix_(works, works)][np.triu_indices(len(works), 1)].mean())
    print(f"likeness: next in a session {np.mean(within):.3f}, any two of hers {np.mean(among):.3f}")
    assert len(within) > len(year.interactions) / 2
    assert np.mean(within) > 1.3 * np.mean(among)


def test_nothing_is_taken_before_it_appeared(year: Year) -> None:
    days = (year.interactions.timestamp - FIRST_SECOND) / SECONDS_A_DAY
    assert (days >= year.catalogue.appears[year.interactions.work]).all()
    assert days.max() < 366
    assert (np.diff(year.interactions.timestamp) >= 0).all()
    appeared_late = year.catalogue.appears[year.interactions.work] > 0
    assert 0.1 < appeared_late.mean() < 0.5


def test_what_is_popular_changes(year: Year) -> None:
    """The works of the first and of the last third that were there all the time are ranked differently."""
    old = year.catalogue.appears <= 0
    third = len(year.interactions) // 3
    first = np.bincount(year.interactions.work[:third], minlength=len(year.catalogue))[old]
    last = np.bincount(year.interactions.work[-third:], minlength=len(year.catalogue))[old]
    assert 0.2 < np.corrcoef(first, last)[0, 1] < 0.97
