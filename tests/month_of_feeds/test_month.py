"""A tiny month: the figures are what the shop recorded, exploration shows new artists more, attacks are taken back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from django.db import transaction
from django.db.models import Sum

from marketplace.accounts.models import User
from marketplace.core.clock import now
from recommendations.models import Event, FirstViews, WorkImpressions
from tests.simulator.invented_works import invented_works

from .attacks import Sizes, attack_lines, moves
from .figures import MonthFigures, gini, lines_of, ratio_lines
from .month import Month
from .plan import Plan
from .shop import simulated_space

pytestmark = pytest.mark.django_db
PLAN = Plan(days=3, buyers=12, strangers=4, pages=1, page=20, new_artists=0.15, refreshes_a_day=2)


@pytest.fixture
def _space() -> Iterator[None]:
    with simulated_space():
        yield


def month_with(settings, share: int) -> Month:
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"exploration_share_percent": share})
    return Month(invented_works(160), PLAN, seed=3)


def run_and_take_back(settings, share: int) -> MonthFigures:
    with transaction.atomic():
        figures = month_with(settings, share).run()
        transaction.set_rollback(True)
    return figures


@pytest.mark.usefixtures("_space")
def test_new_artists_are_shown_more_with_exploration_and_the_month_can_be_repeated(settings):
    without, explored, again = (run_and_take_back(settings, share) for share in (0, 20, 20))
    assert explored == again
    assert explored.visits == without.visits > 8
    assert explored.new_artist_share > without.new_artist_share
    assert any(line.startswith("explored.gini.works: 0.") for line in lines_of("explored", explored))
    ratio = explored.new_artist_share / without.new_artist_share
    assert f"ratio.new_artists.share_of_impressions: {ratio:.3f}" in ratio_lines(without, explored)


@pytest.mark.usefixtures("_space")
def test_what_is_counted_is_what_the_shop_recorded_at_simulated_times(settings):
    month = month_with(settings, 20)
    figures = month.run()
    assert WorkImpressions.objects.aggregate(Sum("shown"))["shown__sum"] == figures.impressions
    in_month = Event.objects.filter(happened_at__gte=month.clock.start)
    assert in_month.filter(kind="liked").count() == figures.likes
    assert in_month.filter(kind="viewed").count() <= figures.clicks
    assert not Event.objects.filter(happened_at__gt=month.clock.moment).exists()
    assert month.clock.moment < now(), "the shop's clock is its own again"
    listed = month.shop.catalogue.appears <= PLAN.days
    assert FirstViews.objects.count() == listed.sum()

    before = Event.objects.count()
    lines = attack_lines(month, Sizes(accounts=3, ring=4, many=5))
    assert Event.objects.count() == before
    assert not User.objects.filter(email__startswith="puppet").exists()
    assert sum(line.split(": ")[0].endswith("popular.most") for line in lines) == 7


def test_gini():
    assert gini([5, 5, 5]) == pytest.approx(0)
    assert gini([0, 0, 0, 8]) == pytest.approx(0.75)
    assert gini(np.zeros(3)) == 0


def test_moves_are_shares_of_the_list():
    before, after = {"a": 10, "b": 0}, {"a": 4, "b": 3}
    found = moves(["a", "b", "c"], [before], [after], length=20)
    assert found.most == pytest.approx(0.3)
    assert found.mean == pytest.approx(0.1)
