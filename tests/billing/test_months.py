"""Months counted from an anchor."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.months import month_after, month_starts


def at(*date: int) -> datetime:
    return datetime(*date, tzinfo=UTC)


def test_the_31st_comes_back_after_february():
    anchor = at(2027, 1, 31, 10)
    starts = month_starts(anchor=anchor, begin=anchor, months=12)
    assert [one.day for one in starts] == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31]
    assert starts[-1] == at(2028, 1, 31, 10)


def test_a_second_year_keeps_the_anchors_day():
    starts = month_starts(anchor=at(2028, 2, 29), begin=at(2029, 2, 28), months=12)
    assert starts[:3] == [at(2029, 2, 28), at(2029, 3, 29), at(2029, 4, 29)]
    assert starts[-1] == at(2030, 2, 28)


def test_a_month_that_begins_short_is_one_month():
    assert month_starts(anchor=at(2027, 1, 31), begin=at(2027, 2, 28), months=1)[-1] == at(2027, 3, 31)


def test_an_anchor_of_another_period_is_not_used():
    starts = month_starts(anchor=at(2027, 6, 20), begin=at(2027, 1, 5), months=2)
    assert starts == [at(2027, 1, 5), at(2027, 2, 5), at(2027, 3, 5)]


@given(
    st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2060, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 40),
)
@settings(deadline=None)
def test_months_never_overlap_and_leave_no_gap(anchor, years):
    begin = month_after(anchor, 12 * years)
    starts = month_starts(anchor=anchor, begin=begin, months=12)
    assert starts[0] == begin
    assert starts[-1] == month_after(anchor, 12 * (years + 1))
    lengths = {(later - earlier).days for earlier, later in pairwise(starts)}
    assert lengths <= {28, 29, 30, 31}


@pytest.mark.parametrize("months", [1, 12])
def test_as_many_starts_as_months_and_the_end(months):
    assert len(month_starts(anchor=at(2027, 5, 31), begin=at(2027, 5, 31), months=months)) == months + 1
