from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.core.money import Money, share_of_basis_points, split_by_largest_remainder, split_steadily


@given(
    st.integers(-(10**15), 10**15),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(lambda w: sum(w) > 0),
)
def test_shares_add_up_and_stray_by_less_than_one_unit(total, weights):
    shares = split_by_largest_remainder(total, weights)
    assert sum(shares) == total
    assert all(abs(share - total * w / sum(weights)) <= 1 + 1e-3 for share, w in zip(shares, weights, strict=True))


def test_the_unit_left_over_goes_to_the_largest_remainder():
    assert split_by_largest_remainder(100, [1, 1, 1]) == [34, 33, 33]
    assert split_by_largest_remainder(10, [33, 67]) == [3, 7]


@pytest.mark.parametrize("weights", [[], [0, 0], [-1, 2]])
def test_weights_that_say_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="weights"):
        split_by_largest_remainder(5, weights)


def test_a_tenth_of_999_cents():
    assert share_of_basis_points(999, 1000) == 100


def test_currencies_do_not_mix():
    with pytest.raises(ValueError, match="cannot mix"):
        Money(1, "USD") + Money(1, "EUR")


@pytest.mark.parametrize("amount", [1.0, "1", True])
def test_an_amount_is_an_integer(amount):
    with pytest.raises(TypeError):
        Money(amount, "USD")


def test_an_unknown_currency_is_refused():
    with pytest.raises(ValueError, match="unknown currency"):
        Money(1, "XXX")


@pytest.mark.parametrize(
    ("money", "shown"),
    [(Money(123456, "USD"), "$1,234.56"), (Money(500, "JPY"), "¥500"), (Money(-5, "EUR"), "−€0.05")],
)
def test_shown_as_people_write_it(money, shown):
    assert str(money) == shown


@settings(deadline=None)
@given(st.lists(st.integers(0, 300), min_size=1, max_size=8))
def test_a_steady_split_adds_up_and_never_takes_a_unit_back(whole):
    together = sum(whole)
    before = [0] * len(whole)
    for total in range(together + 1):
        parts = split_steadily(total, whole)
        assert sum(parts) == total
        assert all(was <= part <= most for was, part, most in zip(before, parts, whole, strict=True))
        before = parts
    assert before == whole


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=50), st.integers(0, 100))
def test_a_steady_split_is_near_the_proportion(whole, percent):
    total = sum(whole) * percent // 100
    for part, share in zip(whole, split_steadily(total, whole), strict=True):
        assert abs(share - Fraction(part * total, max(1, sum(whole)))) < len(whole)


@pytest.mark.parametrize(("total", "whole"), [(11, [10]), (-1, [10]), (1, [2, -1]), (1, [])])
def test_a_steady_split_of_more_than_there_is_is_refused(total, whole):
    with pytest.raises(ValueError, match="within their sum"):
        split_steadily(total, whole)
