"""Answers to pages: place, taste and repetition count; promoters like their own works and nothing else."""

from __future__ import annotations

import numpy as np

from .conftest import Year
from .people import Answers, Buyers, Promoters

DAY = 180.0


def buyers(year: Year, seed: int = 1) -> Buyers:
    return Buyers(year.catalogue, year.tastes, seed=np.random.SeedSequence(seed))


def pages(year: Year, *, length: int = 24) -> list[list[int]]:
    """A page of random works for each person."""
    random = np.random.default_rng(5)
    return [random.permutation(len(year.catalogue))[:length].tolist() for _ in range(len(year.tastes))]


def answer_all(people: Buyers, shown: list[list[int]]) -> list[Answers]:
    return [people.visit(person, DAY).answer(page) for person, page in enumerate(shown)]


def test_who_likes_has_opened_and_who_opens_or_hides_has_noticed(year: Year) -> None:
    answers = answer_all(buyers(year), pages(year))
    for answer in answers:
        assert not (answer.liked & ~answer.opened).any()
        assert not ((answer.opened | answer.hidden) & ~answer.noticed).any()
        assert not (answer.opened & answer.hidden).any()
    opened, liked, hidden = (
        sum(int(getattr(answer, name).sum()) for answer in answers) for name in ("opened", "liked", "hidden")
    )
    assert opened > liked > 0
    assert hidden > 0


def test_the_same_seed_gives_the_same_answers(year: Year) -> None:
    shown = pages(year)
    first, again, other = (answer_all(buyers(year, seed), shown) for seed in (1, 1, 2))
    assert all((a.opened == b.opened).all() and (a.hidden == b.hidden).all() for a, b in zip(first, again, strict=True))
    assert any((a.opened != b.opened).any() for a, b in zip(first, other, strict=True))


def test_the_first_places_are_noticed_more(year: Year) -> None:
    noticed = np.mean([answer.noticed for answer in answer_all(buyers(year), pages(year))], axis=0)
    assert noticed[0] == 1
    assert noticed[:6].mean() > 1.5 * noticed[-6:].mean()


def test_works_of_a_persons_themes_are_opened_more_and_hidden_less(year: Year) -> None:
    chance = pages(year)
    random = np.random.default_rng(6)
    fitting = [
        random.choice(np.concatenate([year.catalogue.carriers[leaf] for leaf in themes]), 24).tolist()
        for themes in year.tastes.themes
    ]
    of_chance, of_theme = answer_all(buyers(year), chance), answer_all(buyers(year), fitting)
    assert sum(a.opened.sum() for a in of_theme) > 2 * sum(a.opened.sum() for a in of_chance)
    assert sum(a.hidden.sum() for a in of_theme) < sum(a.hidden.sum() for a in of_chance)


def test_the_same_page_day_after_day_wears_off(year: Year) -> None:
    people, shown = buyers(year), pages(year)
    opened = [sum(int(answer.opened.sum()) for answer in answer_all(people, shown)) for _ in range(4)]
    assert opened[3] < 0.6 * opened[0]


def test_a_long_visit_tires(year: Year) -> None:
    people, shown, first, later = buyers(year), pages(year), 0, 0
    for person in range(len(year.tastes)):
        visit = people.visit(person, DAY)
        answers = [visit.answer(page) for page in shown[:6]]
        first += int(answers[0].noticed.sum())
        later += int(answers[5].noticed.sum())
    assert later < 0.7 * first


def test_promoters_like_their_own_works_and_nothing_else() -> None:
    ring = Promoters(accounts=(901, 902), works=frozenset({4, 9}))
    answer = ring.answer([3, 4, 5, 9, 10])
    assert answer.liked.tolist() == [False, True, False, True, False]
    assert (answer.opened == answer.liked).all()
    assert not answer.hidden.any()
    assert ring.likes() == [(901, 4), (901, 9), (902, 4), (902, 9)]
