"""Saved searches: kept once, their owner's alone, and what is new in them."""

from datetime import UTC, datetime, timedelta

import pytest

from marketplace.catalog.audiences import Access, Audience
from marketplace.catalog.services import hide_work
from marketplace.core.clock import now
from recommendations.alert_times import next_monday, next_morning
from recommendations.errors import SavedSearchNameMissing, SavedSearchNotFound, TooManySavedSearches
from recommendations.models import SavedSearch
from recommendations.selectors import WorkFilter, new_matches, saved_searches_of
from recommendations.services import (
    MuteTarget,
    delete_search,
    hide_for,
    mute,
    rename_search,
    save_search,
    set_alerts,
    stop_alerts,
)
from recommendations.services.saved_searches import MOST_SAVED
from recommendations.viewers import viewer_of
from tests.billing.processes import at_once
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.licensing import licence_in, work_on_sale
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_space import COLOURS

FILTERS = WorkFilter(medium="image", price_to_minor=5000)


def saved(owner, query="sunset", filters=WorkFilter(), **more) -> SavedSearch:  # noqa: B008 (frozen)
    return save_search(owner=owner, query=query, filters=filters, address=f"q={query}", **more)


@pytest.mark.django_db
def test_a_search_is_kept_once_with_its_filters_and_a_name():
    owner = UserFactory()
    search = saved(owner, "  red   sunset ", FILTERS)
    assert (search.name, search.query) == ("red sunset", "red sunset")
    assert search.filters == {"medium": "image", "price_to_minor": 5000}
    assert saved(owner, "  red   sunset ", FILTERS, name="Other") == search
    assert saved(UserFactory(), "  red   sunset ", FILTERS) != search
    assert saved(owner, "", name=" For the  hall ").name == "For the hall"
    assert saved_searches_of(owner).count() == 2


@pytest.mark.django_db
def test_only_its_owner_changes_or_deletes_it():
    owner, other = UserFactory(), UserFactory()
    search = saved(owner)
    before = SavedSearch.objects.values().get(pk=search.pk)
    for change in (
        lambda: rename_search(owner=other, search_id=search.pk, name="Mine"),
        lambda: set_alerts(owner=other, search_id=search.pk, alerts="daily"),
        lambda: delete_search(owner=other, search_id=search.pk),
    ):
        with pytest.raises(SavedSearchNotFound):
            change()
    assert SavedSearch.objects.values().get(pk=search.pk) == before
    with pytest.raises(SavedSearchNameMissing):
        rename_search(owner=owner, search_id=search.pk, name="  ")
    rename_search(owner=owner, search_id=search.pk, name=" Evening  red ")
    assert SavedSearch.objects.get().name == "Evening red"
    delete_search(owner=owner, search_id=search.pk)
    assert not SavedSearch.objects.exists()


@pytest.mark.django_db
def test_letters_are_switched_on_to_another_time_and_off():
    owner = UserFactory()
    search = saved(owner)
    set_alerts(owner=owner, search_id=search.pk, alerts="daily")
    search.refresh_from_db()
    since = search.alerts_since
    assert search.next_look_at == next_morning(since)
    set_alerts(owner=owner, search_id=search.pk, alerts="weekly")
    search.refresh_from_db()
    assert search.alerts_since == since
    assert search.next_look_at.weekday() == 0
    assert stop_alerts(owner_id=UserFactory().pk, search_id=search.pk) == 0
    assert [stop_alerts(owner_id=owner.pk), stop_alerts(owner_id=owner.pk)] == [1, 0]
    search.refresh_from_db()
    assert (search.alerts, search.next_look_at) == ("none", None)


@pytest.mark.parametrize(
    ("after", "morning", "monday"),
    [
        (datetime(2026, 11, 25, 5, 59, tzinfo=UTC), (25, 6), (30, 6)),
        (datetime(2026, 11, 25, 6, tzinfo=UTC), (26, 6), (30, 6)),
        (datetime(2026, 11, 23, 5, tzinfo=UTC), (23, 6), (23, 6)),
        (datetime(2026, 11, 23, 6, tzinfo=UTC), (24, 6), (30, 6)),
    ],
)
def test_letters_are_due_at_one_hour(after, morning, monday):
    assert (next_morning(after).day, next_morning(after).hour) == morning
    assert (next_monday(after).day, next_monday(after).hour) == monday


@pytest.mark.django_db(transaction=True)
def test_one_search_saved_at_once_is_one():
    owner = UserFactory()
    given = {"owner": str(owner.pk), "different": False}
    assert at_once("tests.recommendations.calls:save", given, processes=4, threads=2) == ["ok"] * 8
    assert SavedSearch.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_most_holds_for_searches_saved_at_once():
    owner = UserFactory()
    for n in range(MOST_SAVED - 2):
        saved(owner, f"number {n}")
    given = {"owner": str(owner.pk), "different": True}
    codes = at_once("tests.recommendations.calls:save", given, processes=4, threads=2)
    assert sorted(codes) == ["ok"] * 2 + ["too_many_saved_searches"] * 6
    with pytest.raises(TooManySavedSearches, match=str(MOST_SAVED)):
        saved(owner, "one more")
    assert saved_searches_of(owner).count() == MOST_SAVED


@pytest.fixture
def owner(db):
    return UserFactory()


@pytest.fixture
def search(owner):
    made = saved(owner)
    set_alerts(owner=owner, search_id=made.pk, alerts="daily")
    return SavedSearch.objects.select_related("owner").get(pk=made.pk)


def found(search):
    return new_matches(search, access=Access(search.owner), at=now(), limit=50)


@pytest.mark.usefixtures("tiny_spaces")
def test_new_is_what_matches_and_was_published_since(owner):
    old = indexed_work(title="Sunset of old", colour=COLOURS["sunset"])
    search = saved(owner)
    set_alerts(owner=owner, search_id=search.pk, alerts="daily")
    search.refresh_from_db()
    assert found(search) == []
    new = indexed_work(title="Sunset of today", colour=COLOURS["sunset"])
    indexed_work(title="Forest", colour=COLOURS["forest"])
    assert old.pk not in found(search)
    assert found(search) == [new.pk]


@pytest.mark.usefixtures("no_spaces")
def test_hidden_closed_own_and_bought_works_are_no_news(search, owner, memberships):
    hide_work(work=indexed_work(title="Sunset hidden"))
    closed = indexed_work(title="Sunset for members", audience=Audience.MEMBERS)
    indexed_work(title="Sunset of mine", artist=ArtistFactory(user=owner))
    bought = work_on_sale(title="Sunset bought")
    licence_in(bought, holder=owner)
    assert found(search) == []
    memberships.member_of(closed.artist, user=owner)
    assert found(search) == [closed.pk]


@pytest.mark.usefixtures("no_spaces")
def test_what_she_hid_or_muted_is_no_news(search, owner):
    hidden, muted, stays = (indexed_work(title=f"Sunset {n}") for n in range(3))
    hide_for(work_id=hidden.pk, viewer=viewer_of(user=owner))
    mute(target=MuteTarget(artist_id=muted.artist_id), viewer=viewer_of(user=owner))
    assert found(search) == [stays.pk]


@pytest.mark.usefixtures("no_spaces")
def test_what_opens_to_everybody_is_news_then(search):
    work = indexed_work(
        title="Sunset for the club first",
        audience=Audience.CLUB_FIRST,
        published_at=now() - timedelta(days=9),
        public_from=now() + timedelta(hours=1),
    )
    assert found(search) == []
    assert new_matches(search, access=Access(search.owner), at=work.public_from, limit=9) == []  # not yet, by the clock
    type(work).objects.filter(pk=work.pk).update(public_from=now())
    assert found(search) == [work.pk]


@pytest.mark.usefixtures("no_spaces")
def test_a_search_of_filters_alone_is_looked_at_too(owner):
    search = saved(owner, "", WorkFilter(medium="music"))
    set_alerts(owner=owner, search_id=search.pk, alerts="weekly")
    search.refresh_from_db()
    indexed_work(title="Picture")
    song = indexed_work(title="Song", medium="music")
    assert found(search) == [song.pk]


@pytest.mark.usefixtures("no_spaces")
def test_where_nothing_was_published_nothing_is_searched(search, django_assert_num_queries):
    indexed_work(title="Sunset of old", published_at=now() - timedelta(days=30))
    with django_assert_num_queries(1):
        assert found(search) == []
