"""How a sale's net is split: worked examples, and what holds for all of them."""

from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.royalties.splitting import (
    GENERATIONS,
    Parent,
    collaborators_amounts,
    lineage_amounts,
    owed_by,
)


def work(n: int) -> UUID:
    return UUID(int=n)


def artist(n: int) -> UUID:
    return UUID(int=1000 + n)


def parent(n: int, basis_points: int, *, of: int | None = None) -> Parent:
    """Work ``n`` of artist ``n``; ``of``: of this artist, who is the child's as well."""
    return Parent(work(n), artist(n if of is None else of), 0 if of is not None else basis_points, of is not None)


class TestLineage:
    def test_nothing_is_owed_by_what_was_made_from_nothing(self):
        assert lineage_amounts(900, work(0), {}) == {}

    def test_each_generation_gives_of_what_it_gets(self):
        lineage = {work(n): [parent(n + 1, 1000)] for n in range(4)}
        # 10 % of 9000 is 900; of that 90 go on; of those 9; of those 1 (0.9, rounded).
        assert lineage_amounts(9000, work(0), lineage) == {
            artist(1): 810,
            artist(2): 81,
            artist(3): 8,
            artist(4): 1,
        }

    def test_it_ends_where_a_share_is_less_than_a_unit(self):
        lineage = {work(n): [parent(n + 1, 100)] for n in range(4)}
        assert lineage_amounts(9000, work(0), lineage) == {artist(1): 89, artist(2): 1}

    def test_it_ends_after_eight_generations(self):
        lineage = {work(n): [parent(n + 1, 5000)] for n in range(12)}
        amounts = lineage_amounts(10**9, work(0), lineage)
        assert set(amounts) == {artist(n) for n in range(1, GENERATIONS + 1)}
        assert sum(amounts.values()) == 5 * 10**8

    def test_an_own_work_gets_nothing_and_leads_on(self):
        lineage = {work(0): [parent(1, 0, of=0)], work(1): [parent(2, 2000)]}
        assert lineage_amounts(1000, work(0), lineage) == {artist(2): 200}

    def test_what_is_reached_directly_and_through_an_own_work_counts_once(self):
        lineage = {work(0): [parent(1, 0, of=0), parent(2, 1500)], work(1): [parent(2, 2000)]}
        assert lineage_amounts(1000, work(0), lineage) == {artist(2): 200}

    def test_several_parents_share_half(self):
        lineage = {work(0): [parent(1, 5000), parent(2, 5000), parent(3, 5000)]}
        assert [one.basis_points for one in owed_by(work(0), lineage)] == [1667, 1667, 1666]
        amounts = lineage_amounts(10_000, work(0), lineage)
        assert (sum(amounts.values()), sorted(amounts.values())) == (5000, [1666, 1667, 1667])

    def test_a_grandparent_that_is_also_a_parent_gets_both(self):
        lineage = {work(0): [parent(1, 2000), parent(2, 1000)], work(1): [parent(2, 5000)]}
        assert lineage_amounts(1000, work(0), lineage) == {artist(1): 100, artist(2): 200}

    def test_a_circle_ends(self):
        lineage = {work(0): [parent(1, 5000)], work(1): [parent(0, 5000), parent(2, 5000)], work(2): [parent(1, 5000)]}
        amounts = lineage_amounts(1000, work(0), lineage)
        assert sum(amounts.values()) == 500
        assert set(amounts) == {artist(1), artist(2)}


class TestCollaborators:
    def test_each_gets_her_share_of_what_is_left(self):
        assert collaborators_amounts(1000, {artist(1): 3000, artist(2): 125}) == {artist(1): 300, artist(2): 13}

    def test_all_shares_together_leave_a_tenth(self):
        amounts = collaborators_amounts(10, {artist(n): 1000 for n in range(9)})
        assert sum(amounts.values()) == 9


@st.composite
def lineages(draw):
    """Up to twelve works, each made from some that are older, of five artists."""
    count = draw(st.integers(1, 12))
    whose = draw(st.lists(st.integers(0, 4), min_size=count, max_size=count))
    lineage = {}
    for child in range(count - 1):
        before = draw(st.sets(st.integers(child + 1, count - 1), max_size=4))
        lineage[work(child)] = [
            Parent(work(n), artist(whose[n]), draw(st.integers(0, 5000)), whose[n] == whose[child])
            for n in sorted(before)
        ]
    return lineage


class TestAlways:
    @settings(deadline=None, max_examples=300)
    @given(st.integers(0, 10**7), lineages())
    def test_the_lineage_gets_at_most_half_and_never_less_than_nothing(self, net, lineage):
        amounts = lineage_amounts(net, work(0), lineage)
        assert all(amount > 0 for amount in amounts.values())
        assert 2 * sum(amounts.values()) <= net + 1
        assert amounts == lineage_amounts(net, work(0), {key: list(reversed(of)) for key, of in lineage.items()})

    @settings(deadline=None, max_examples=300)
    @given(st.integers(0, 10**7), st.lists(st.integers(100, 9000), max_size=20))
    def test_collaborators_get_their_shares_to_the_unit(self, left, points):
        shares = {artist(n): each for n, each in enumerate(points) if sum(points[: n + 1]) <= 9000}
        amounts = collaborators_amounts(left, shares)
        for key, each in shares.items():
            assert abs(amounts.get(key, 0) * 10_000 - left * each) < 10_000
