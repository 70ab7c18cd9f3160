"""The numbers behind exploration: posteriors and draws, how many places, and how works of like merit take turns."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from recommendations.exploration import (
    CHANCE,
    EVENNESS,
    FLATNESS,
    PRIOR_IMPRESSIONS,
    USUAL_RATE,
    chances_to_be_drawn,
    drawn_in_turn,
    drawn_rates,
    generator_for,
    in_turns,
    number_of_places,
    places_for,
    posterior,
    weighed_by_fit,
)

AT = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


class TestDraws:
    def test_the_posterior_is_the_prior_and_what_was_counted(self):
        alpha, beta = posterior([100, 0], [20, 0])
        weight = PRIOR_IMPRESSIONS
        mean = (20 + USUAL_RATE * weight) / (100 + weight)
        assert alpha == pytest.approx([mean * weight + 20, mean * weight])
        assert beta == pytest.approx([(1 - mean) * weight + 80, (1 - mean) * weight])

    def test_more_interest_than_impressions_is_cut(self):
        alpha, beta = posterior([10], [50])
        assert alpha + beta == pytest.approx([10 + PRIOR_IMPRESSIONS])
        assert (beta > 0).all()

    def test_works_of_which_more_is_known_to_be_bad_are_drawn_less(self):
        best = [int(np.argmax(drawn_rates([90, 90, 0], [30, 1, 0], np.random.default_rng(n)))) for n in range(300)]
        times = np.bincount(best, minlength=3)
        assert times[0] > times[2] > times[1]
        assert times[2] > 10, "who was not shown yet is tried from time to time"

    def test_fit_lifts_and_what_is_unknown_counts_as_the_mean(self):
        rates = weighed_by_fit(np.ones(4), [0.9, 0.5, 0.1, np.nan])
        assert rates[0] > rates[1] == pytest.approx(1) == rates[3] > rates[2]
        assert weighed_by_fit(np.ones(2), [0.3, 0.3]).tolist() == [1, 1]

    def test_places_are_spread_and_spare_the_first_two(self):
        for seed in range(50):
            places = places_for(2, limit=20, rng=np.random.default_rng(seed))
            assert 2 <= places[0] < 10 <= places[1] < 20
            many = places_for(12, limit=20, rng=np.random.default_rng(seed))
            assert many == sorted(set(many))
            assert 2 <= many[0] <= many[-1] < 20
            assert places_for(1, limit=2, rng=np.random.default_rng(seed)) == [1]
        assert places_for(0, limit=20, rng=np.random.default_rng(1)) == []

    def test_a_draw_in_turn_is_in_proportion_to_the_scores(self):
        orders = [drawn_in_turn([6, 3, 1], np.random.default_rng(n)) for n in range(2000)]
        assert {tuple(sorted(order)) for order in orders} == {(0, 1, 2)}
        first = np.bincount([order[0] for order in orders], minlength=3) / 2000
        assert first == pytest.approx([0.6, 0.3, 0.1], abs=0.05)
        second = np.bincount([order[1] for order in orders if order[0] == 0], minlength=3)
        assert second[1] / second.sum() == pytest.approx(0.75, abs=0.05)
        assert drawn_in_turn([], np.random.default_rng(1)) == []

    def test_the_share_of_places(self):
        def numbers(limit: int, lean: float = 0.0) -> set[int]:
            return {number_of_places(limit, share=0.15, lean=lean, rng=np.random.default_rng(n)) for n in range(99)}

        assert [numbers(limit) for limit in (0, 6, 10, 20)] == [{0}, {0}, {1, 2}, {3}]
        assert numbers(20, lean=1) == {3}
        assert numbers(20, lean=-0.5) == {1, 2}
        assert numbers(20, lean=-1) == {0}
        mean = np.mean([number_of_places(10, share=0.15, lean=0, rng=np.random.default_rng(n)) for n in range(999)])
        assert mean == pytest.approx(1.5, abs=0.1)
        assert number_of_places(20, share=0.9, lean=0, rng=np.random.default_rng(1)) == 12, "the rest stays as it was"

    def test_draws_hold_for_an_hour_and_differ_between_viewers(self):
        first = generator_for("p:1", AT).random()
        assert generator_for("p:1", AT + timedelta(minutes=20)).random() == first
        assert generator_for("p:1", AT + timedelta(minutes=40)).random() != first
        assert generator_for("p:2", AT).random() != first
        assert generator_for("", AT).random() != generator_for("", AT + timedelta(minutes=1)).random()


class TestTurns:
    def merits(self, merit: list[float], shown: list[int | None], *, lean: float = 0.0) -> np.ndarray:
        """(1000, N) of as many draws."""
        rngs = map(np.random.default_rng, range(1000))
        return np.array([in_turns(merit, shown, enough=100, rng=rng, lean=lean) for rng in rngs])

    def test_of_works_alike_in_merit_the_one_that_was_shown_less_comes_first_and_others_at_times(self):
        firsts = np.bincount(self.merits([0.5] * 4, [40, 0, 3, None]).argmax(1), minlength=4)
        assert firsts[1] > firsts[2] > firsts[0]
        assert firsts[2] > 50
        assert firsts[3] < 20

    def test_chance_lifts_no_work_above_what_it_is_worth(self):
        lost = 0.5 - self.merits([0.5], [0])[:, 0]
        assert lost.min() >= 0
        assert lost.mean() == pytest.approx(CHANCE * np.sqrt(2 / np.pi), abs=0.02)

    def test_nothing_is_lost_beyond_what_every_known_work_loses(self):
        lost = 1.0 - self.merits([1.0] * 3, [100, 10**9, None])
        assert lost == pytest.approx(EVENNESS), "and chance adds nothing to them"

    def test_less_the_more_she_leans_to_the_familiar(self):
        losses = [1 - self.merits([1.0], [100], lean=lean).mean() for lean in (1.0, 0.0, -0.5, -1.0)]
        assert losses == pytest.approx([EVENNESS, EVENNESS, EVENNESS / 2, 0.0])
        assert self.merits([0.5], [0], lean=-1.0) == pytest.approx(0.5)

    def test_popular_works_are_drawn_by_a_flatter_chance_and_the_rest_by_turns(self):
        chances = chances_to_be_drawn([32.0, 1.0, 1.0, 1.0, 1.0], [100, 100, 0, None, 10**9], enough=100)
        assert chances[0] / chances[1] == pytest.approx(32**FLATNESS)
        assert chances[2] / chances[1] == pytest.approx(101**EVENNESS)
        assert chances[1] == chances[3] == chances[4]
