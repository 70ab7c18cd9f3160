"""New works of little known artists get a share of the feed, drawn by Thompson sampling, and it ends."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.catalog.models import Tag, Work
from marketplace.catalog.services import hide_work, list_work, mark_sold_exclusively, unlist_work
from marketplace.core.clock import now
from recommendations.exploration import (
    FOR_NEW_ARTISTS,
)
from recommendations.models import Event, FirstViews, WorkImpressions
from recommendations.selectors import explored_works, first_views_of, home_feed
from recommendations.selectors.exploration import Direction, direction_in
from recommendations.selectors.neighbours import vectors_of
from recommendations.services import (
    like_work,
    pick_tastes,
    record_event,
    refresh_first_views,
    refresh_popularity,
    set_sliders,
)
from recommendations.viewers import Consent, Viewer, viewer_of
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.catalog import WorkFactory
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_space import COLOURS

AT = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


def settings_with(settings, **values: int) -> None:
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update=values)


def shown(work: Work, times: int, *, days_ago: int = 0) -> None:
    day = now().date() - timedelta(days=days_ago)
    WorkImpressions.objects.create(work=work, day=day, surface="for_you", shown=times)


def drawn(limit: int = 99, *, seed: int = 1, exclude=(), direction=None) -> list:
    works = Work.objects.listed().open_to(None)
    rng = np.random.default_rng(seed)
    return explored_works(works=works, limit=limit, exclude=exclude, direction=direction, rng=rng)


def direction_to(work: Work) -> Direction:
    found = direction_in("picture", vectors_of(works=[work.pk], space="picture"), {work.pk: 1.0})
    assert found is not None
    return found


@pytest.mark.django_db
class TestFirstViews:
    def test_publishing_opens_them_at_once_and_the_artist_can_follow_them(self, settings):
        settings_with(settings, exploration_first_views=40)
        work = WorkFactory(status=Work.Status.DRAFT, published_at=None)
        assert drawn() == []
        list_work(work=work)
        assert drawn() == [work.pk]
        shown(work, 30)
        refresh_first_views()
        state = first_views_of([work.pk])[work.pk]
        assert (state.shown, state.promised, state.is_open) == (30, 40, True)

    def test_they_end_when_it_was_shown_so_often(self, settings):
        settings_with(settings, exploration_first_views=40)
        works = [WorkFactory() for _number in range(2)]
        shown(works[0], 25)
        shown(works[0], 15, days_ago=1)
        shown(works[1], 39)
        assert refresh_first_views() == 2
        assert drawn() == [works[1].pk]
        assert first_views_of([works[0].pk])[works[0].pk].is_open is False

    def test_an_artist_is_new_for_a_time_and_until_she_was_shown_often(self, settings):
        settings_with(settings, exploration_days=30, exploration_artist_views=500)

        def is_new(work: Work) -> bool:
            return FirstViews.objects.get(work=work).is_by_new_artist

        long_here, famous, unknown = ArtistFactory(), ArtistFactory(), ArtistFactory()
        WorkFactory(artist=long_here, published_at=now() - timedelta(days=31))
        shown(WorkFactory(artist=famous, published_at=now() - timedelta(days=20)), 500)
        shown(WorkFactory(artist=unknown, published_at=now() - timedelta(days=20)), 499)
        works = [WorkFactory(artist=artist) for artist in (long_here, famous, unknown)]
        refresh_first_views()
        assert [is_new(work) for work in works] == [False, False, True]
        still_open = set(FirstViews.objects.filter(is_open=True).values_list("work_id", flat=True))
        assert {work.pk for work in works} <= still_open, "a work that was shown little is open, whoever made it"
        refresh_first_views(at=now() + timedelta(days=11))
        assert not is_new(works[2])

    def test_put_back_it_does_not_begin_anew(self, settings):
        settings_with(settings, exploration_first_views=40)
        work = WorkFactory()
        shown(work, 40)
        refresh_first_views()
        unlist_work(work=work)
        list_work(work=work)
        refresh_first_views()
        assert drawn() == []

    def test_listing_knows_a_new_artist(self):
        artist = ArtistFactory()
        first, later = (WorkFactory(artist=artist, status="draft", published_at=None) for _number in range(2))
        list_work(work=first)
        assert FirstViews.objects.get(work=first).is_by_new_artist
        Work.objects.filter(pk=first.pk).update(published_at=now() - timedelta(days=31))
        list_work(work=later)
        assert not FirstViews.objects.get(work=later).is_by_new_artist

    def test_success_is_what_independent_viewers_did(self):
        work = WorkFactory()
        artist = viewer_of(user=work.artist.user, consent=Consent.GIVEN)
        record_event(kind="viewed", work_id=work.pk, viewer=artist)
        assert Event.objects.exists()
        record_event(kind="viewed", work_id=work.pk, viewer=Viewer(key="p:1", consent=Consent.GIVEN))
        shown(work, 10)
        refresh_popularity()
        refresh_first_views()
        assert FirstViews.objects.get(work=work).interested == pytest.approx(1)

    def test_a_new_work_is_counted_by_the_shop_s_clock(self):
        """Not by the database's, which may be ahead."""
        past = now() - timedelta(days=9)
        work = WorkFactory(status=Work.Status.DRAFT, published_at=None)
        with patch("recommendations.services.first_views.now", return_value=past):
            list_work(work=work)
        Work.objects.filter(pk=work.pk).update(published_at=past)
        shown(work, 7, days_ago=9)
        refresh_first_views(at=past + timedelta(minutes=5))
        assert FirstViews.objects.get(work=work).shown == 7

    def test_counting_twice_changes_nothing(self):
        shown(WorkFactory(), 7)
        at = now() + timedelta(seconds=1)
        assert refresh_first_views(at=at) == refresh_first_views(at=at) == 1
        assert FirstViews.objects.get().shown == 7


@pytest.mark.django_db
class TestExploredWorks:
    def test_one_of_each_artist_and_none_that_is_excluded(self):
        artist = ArtistFactory()
        several = [WorkFactory(artist=artist) for _number in range(3)]
        other, excluded = WorkFactory(), WorkFactory()
        refresh_first_views()
        found = drawn(exclude=[excluded.pk])
        assert len(found) == 2
        assert other.pk in found
        assert set(found) & {work.pk for work in several}
        assert len(drawn(1)) == 1
        assert drawn(0) == []

    def test_hidden_sold_and_taken_down_ones_are_gone_at_once(self):
        hidden, sold, down, stays = (WorkFactory() for _number in range(4))
        refresh_first_views()
        hide_work(work=hidden)
        mark_sold_exclusively(work_id=sold.pk)
        unlist_work(work=down)
        assert drawn() == [stays.pk]

    def test_most_are_by_new_artists(self):
        for _number in range(40):
            WorkFactory()
            WorkFactory(published_at=now() - timedelta(days=90))
        refresh_first_views()
        new = set(FirstViews.objects.filter(is_by_new_artist=True).values_list("work_id", flat=True))
        assert len(new) == 40
        found = [key for seed in range(20) for key in drawn(9, seed=seed)]
        assert sum(key in new for key in found) / len(found) == pytest.approx(FOR_NEW_ARTISTS, abs=0.06)
        assert len(drawn()) == 80, "where one kind is used up the other fills the places"

    def test_what_fits_the_viewer_comes_more_often(self, tiny_spaces):
        liked = indexed_work(colour=COLOURS["sea"])
        near = {indexed_work(colour=COLOURS["sea"]).pk for _number in range(3)}
        far = {indexed_work(colour=COLOURS["sunset"]).pk for _number in range(3)}
        refresh_first_views()
        direction = direction_to(liked)
        firsts = [drawn(1, seed=n, exclude=[liked.pk], direction=direction)[0] for n in range(60)]
        assert sum(key in near for key in firsts) > 2 * sum(key in far for key in firsts)

    def test_two_queries_however_many_works(self, tiny_spaces, django_assert_num_queries):
        liked = indexed_work(colour=COLOURS["sea"])
        for _number in range(12):
            indexed_work(colour=COLOURS["forest"])
        refresh_first_views()
        direction = direction_to(liked)
        # The third asks for the present version of the space.
        with django_assert_num_queries(3):
            assert len(drawn(5, direction=direction)) == 5


@pytest.mark.django_db
class TestHomeFeed:
    @pytest.fixture
    def shop(self, tiny_spaces) -> dict[str, list[Work]]:
        """Forty works of known artists that were shown often, and six new ones that nothing else would show."""
        known = [ArtistFactory() for _number in range(8)]
        old = now() - timedelta(days=100)
        works = [
            indexed_work(colour=(20, 110, 230 - number), artist=known[number % 8], published_at=old)
            for number in range(40)
        ]
        for work in works:
            shown(work, 200)
        new = [indexed_work(colour=COLOURS["forest"], published_at=now() - timedelta(days=9)) for _number in range(6)]
        refresh_popularity()
        refresh_first_views()
        return {"known": works, "new": new}

    def ids(self, viewer: Viewer | None, limit: int) -> list:
        return [entry.work_id for entry in home_feed(viewer=viewer, limit=limit)]

    def test_a_person_sees_the_share_of_new_works_and_the_same_ones_again(self, shop, settings):
        settings_with(settings, exploration_share_percent=30)
        user = UserFactory()
        like_work(work_id=shop["known"][0].pk, user=user)
        viewer = viewer_of(user=user)
        feed = home_feed(viewer=viewer, limit=20)
        new = [entry for entry in feed if entry.work_id in {work.pk for work in shop["new"]}]
        assert len(feed) == len({entry.work_id for entry in feed}) == 20
        assert len(new) == 6
        assert {entry.reason for entry in new} == {"new"}
        assert not {entry.work_id for entry in feed[:2]} & {entry.work_id for entry in new}
        assert home_feed(viewer=viewer, limit=20) == feed

    def test_the_last_of_the_feed_make_room_and_the_others_stay_in_their_order(self, shop, settings):
        user = UserFactory()
        like_work(work_id=shop["known"][0].pk, user=user)
        viewer, new = viewer_of(user=user), {work.pk for work in shop["new"]}
        settings_with(settings, exploration_share_percent=30)
        mixed = self.ids(viewer, 20)
        settings_with(settings, exploration_share_percent=0)
        assert [key for key in mixed if key not in new] == self.ids(viewer, 20)[:14]

    def test_not_where_she_wants_the_familiar_or_the_shop_wants_none(self, shop, settings):
        user = UserFactory()
        like_work(work_id=shop["known"][0].pk, user=user)
        viewer, new = viewer_of(user=user), {work.pk for work in shop["new"]}
        assert new & set(self.ids(viewer, 20))
        set_sliders(viewer=viewer, novelty=0, diversity=30, is_personal=True)
        assert not new & set(self.ids(viewer, 20))
        set_sliders(viewer=viewer, novelty=50, diversity=30, is_personal=True)
        assert new & set(self.ids(viewer, 20))
        settings_with(settings, exploration_share_percent=0)
        assert not new & set(self.ids(viewer, 20))

    def test_muted_and_own_new_works_stay_away(self, shop):
        user = UserFactory()
        like_work(work_id=shop["known"][0].pk, user=user)
        viewer = viewer_of(user=user)
        for work in shop["new"][1:]:
            hide_work(work=work)
        Work.objects.filter(pk=shop["new"][0].pk).update(artist=ArtistFactory(user=user))
        assert not {work.pk for work in shop["new"]} & set(self.ids(viewer, 20))

    def test_a_stranger_sees_them_among_popular_works(self, shop):
        for number, work in enumerate(shop["known"]):
            for viewer in range(1 + number % 3):
                record_event(kind="viewed", work_id=work.pk, viewer=Viewer(key=f"s:{viewer}"))
        for _number in range(20):  # newer than the six, by artists whom everybody knows
            shown(WorkFactory(artist=shop["known"][0].artist), 200)
        refresh_popularity()
        refresh_first_views()
        feed = home_feed(viewer=None, limit=20)
        assert len(feed) == 20
        assert len({entry.work_id for entry in feed} & {work.pk for work in shop["new"]}) == 6

    def test_strangers_see_different_popular_works_and_the_most_popular_ones_first(self, shop, settings):
        for number, work in enumerate(shop["known"]):
            for viewer in range(1 + number // 10):
                record_event(kind="viewed", work_id=work.pk, viewer=Viewer(key=f"s:{viewer}"))
        refresh_popularity()

        def popular(viewer: Viewer | None) -> list:
            return [entry.work_id for entry in home_feed(viewer=viewer, limit=12) if entry.reason == "popular"]

        settings_with(settings, exploration_share_percent=5)
        feeds = [popular(Viewer(key=f"p:{number}")) for number in range(4)]
        settings_with(settings, exploration_share_percent=0)
        fixed = popular(None)
        assert fixed == popular(Viewer(key="p:1"))
        assert len({tuple(feed) for feed in feeds}) == 4
        assert [feed[:2] for feed in feeds] == [fixed[:2]] * 4

    def test_who_picked_a_tag_gets_as_many_as_who_liked_something(self, shop, settings):
        settings_with(settings, exploration_share_percent=20)
        tag = Tag.objects.create(slug="sea")
        tag.works.add(*shop["known"])
        viewer = Viewer(key="p:1", consent=Consent.GIVEN)
        pick_tastes(viewer=viewer, tag_ids=[tag.pk], at_least=1)
        feed = home_feed(viewer=viewer, limit=20)
        assert len({entry.work_id for entry in feed} & {work.pk for work in shop["new"]}) == 4
        assert [entry.reason for entry in feed[:2]] == ["picked", "picked"]

    def test_without_personal_data_all_see_the_same(self, shop):
        for work in shop["known"]:
            record_event(kind="viewed", work_id=work.pk, viewer=Viewer(key="s:1"))
        refresh_popularity()
        viewers = [viewer_of(user=UserFactory()) for _number in range(3)]
        for viewer in viewers:
            set_sliders(viewer=viewer, novelty=50, diversity=30, is_personal=False)
        with patch("recommendations.selectors.feeds.home.now", return_value=AT):
            assert len({tuple(self.ids(viewer, 20)) for viewer in viewers}) == 1


@pytest.mark.django_db
class TestTurnsInTheHomeFeed:
    """None of these works is open any longer, so no place is explored."""

    @pytest.fixture
    def works(self, tiny_spaces) -> list[Work]:
        """Ten of nearly one colour, the first liked by ``viewer``; all had their first views."""
        old = now() - timedelta(days=100)
        works = [indexed_work(colour=(20, 110, 230 - number), published_at=old) for number in range(10)]
        for work in works:
            shown(work, 200)
        refresh_popularity()
        refresh_first_views()
        assert not FirstViews.objects.filter(is_open=True).exists()
        return works

    @pytest.fixture
    def viewer(self, works) -> Viewer:
        user = UserFactory()
        like_work(work_id=works[0].pk, user=user)
        viewer = viewer_of(user=user)
        assert viewer is not None
        return viewer

    def ids(self, viewer: Viewer, seed: int = 1) -> list:
        draws = np.random.default_rng(seed)
        with patch("recommendations.selectors.feeds.home.generator_for", return_value=draws):
            return [entry.work_id for entry in home_feed(viewer=viewer, limit=9)]

    def test_works_of_like_merit_take_turns(self, works, viewer, settings):
        settings_with(settings, exploration_share_percent=0)
        order = self.ids(viewer)
        second_half = order[4:]
        FirstViews.objects.filter(work__in=second_half).update(shown=0)
        assert self.ids(viewer) == order, "not where the shop explores nothing"
        settings_with(settings, exploration_share_percent=20)
        feeds = [self.ids(viewer, seed) for seed in range(30)]
        places = [feed.index(key) for feed in feeds for key in second_half]
        assert np.mean(places) < np.mean(range(4, 9))
        assert len({tuple(feed) for feed in feeds}) > 5
        set_sliders(viewer=viewer, novelty=0, diversity=30, is_personal=True)
        familiar = self.ids(viewer)
        settings_with(settings, exploration_share_percent=0)
        assert familiar == self.ids(viewer)

    def test_sights_that_nobody_had_take_no_more_from_a_work_than_its_first_views_do(self, works, viewer, settings):
        pushed = self.ids(viewer)[1]

        def feeds_with(times: int) -> list[list]:
            FirstViews.objects.filter(work=pushed).update(shown=times)
            return [self.ids(viewer, seed) for seed in range(5)]

        promised = settings.CONFIGURATION.exploration_first_views
        unseen, honest, reported = (feeds_with(times) for times in (0, promised, 1_000_000))
        assert sum(feed.index(pushed) for feed in unseen) < sum(feed.index(pushed) for feed in honest)
        assert reported == honest

    def test_taking_turns_asks_the_database_nothing_more(self, works, viewer, settings):
        def queries(viewer: Viewer | None, percent: int) -> int:
            settings_with(settings, exploration_share_percent=percent)
            with CaptureQueriesContext(connection) as asked:
                home_feed(viewer=viewer, limit=9)
            return len(asked)

        for one in (viewer, None):
            queries(one, 0)
            # One reads the works that are open for explored places, of which there are none.
            assert queries(one, 20) == queries(one, 0) + 1
