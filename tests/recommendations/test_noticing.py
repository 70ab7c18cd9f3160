"""Searches, stays, clicks and impressions: bounded, once a day, with no word that may name a person."""

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.catalog.services import hide_work
from recommendations.models import Event, WorkImpressions
from recommendations.models.events import LONGEST_QUERY
from recommendations.selectors import impressions_of
from recommendations.services import count_impressions, notice_click, notice_dwell, notice_search, record_event
from recommendations.services.impressions import MOST_WORKS
from recommendations.services.noticing import normalised_query
from recommendations.viewers import Consent, Viewer, viewer_of
from tests.factories.accounts import ArtistFactory
from tests.factories.catalog import WorkFactory

HER = Viewer("s:her", consent=Consent.GIVEN)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Sunset \n OVER  sea ", "sunset over sea"),
        ("ＳＵＮＳＥＴ", "sunset"),
        ("日落", "日落"),
        ("anna@example.org", ""),
        ("call +49 (30) 123-4567", ""),
        ("1920s poster", "1920s poster"),
    ],
)
def test_queries_in_one_writing_without_what_may_name_somebody(typed, kept):
    assert normalised_query(typed) == kept


@given(st.text(max_size=400))
@settings(deadline=None)
def test_a_normalised_query_stays_as_it_is_and_is_short(text):
    once = normalised_query(text)
    assert len(once) <= LONGEST_QUERY
    assert normalised_query(once) in {once, ""}


@pytest.mark.django_db
def test_a_search_is_kept_once_a_day_without_a_work():
    assert [notice_search(query=text, viewer=HER) for text in ("Sunset", " sunset", "sea", " ")] == [
        True,
        False,
        True,
        False,
    ]
    assert set(Event.objects.values_list("query", "work")) == {("sunset", None), ("sea", None)}


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "kept"), [(2.9, None), (3, 3), (61.7, 61), (1e9, 600), (float("inf"), 600)])
def test_a_stay_is_bounded(seconds, kept):
    assert notice_dwell(work_id=WorkFactory().pk, seconds=seconds, viewer=HER) == (kept is not None)
    assert Event.objects.values_list("seconds", flat=True).first() == kept


@pytest.mark.django_db
def test_a_stay_that_is_no_number_with_a_hidden_or_an_own_work_is_not_kept():
    artist = ArtistFactory()
    own, hidden = WorkFactory(artist=artist), WorkFactory()
    hide_work(work=hidden)
    her = viewer_of(user=artist.user, consent=Consent.GIVEN)
    assert not notice_dwell(work_id=hidden.pk, seconds=9, viewer=HER)
    assert not notice_dwell(work_id=own.pk, seconds=9, viewer=her)
    assert not notice_dwell(work_id=WorkFactory().pk, seconds=float("nan"), viewer=HER)
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_a_click_carries_the_list_the_place_and_the_words():
    work = WorkFactory()
    click = {"work_id": work.pk, "viewer": HER}
    assert notice_click(**click, surface="search", position=3, query=" Sunset ")
    assert not notice_click(**click, surface="search", position=4, query="sunset")
    assert notice_click(**click, surface="popular", position=0, query="")
    assert not notice_click(**click, surface="somewhere", position=0, query="")
    assert not notice_click(**click, surface="new", position=501, query="")
    kept = Event.objects.order_by("pk").values_list("surface", "position", "query")
    assert list(kept) == [("search", 3, "sunset"), ("popular", 0, "")]


@pytest.mark.django_db
def test_following_names_an_artist_and_once_a_day():
    artist = ArtistFactory()
    follow = {"kind": "followed", "artist_id": artist.pk, "viewer": HER}
    assert [record_event(**follow), record_event(**follow)] == [True, False]
    assert Event.objects.get().artist == artist


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "viewed"},
        {"kind": "searched"},
        {"kind": "followed"},
        {"kind": "dwelt", "of_work": True},
        {"kind": "dwelt", "of_work": True, "seconds": 601},
        {"kind": "viewed", "of_work": True, "seconds": 5},
    ],
)
def test_the_database_refuses_events_without_their_object_or_bounds(wrong):
    facts = dict(wrong)
    work_id = WorkFactory().pk if facts.pop("of_work", False) else None
    with pytest.raises(IntegrityError), transaction.atomic():
        record_event(viewer=HER, work_id=work_id, **facts)
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_impressions_are_numbers_by_work_day_and_list():
    first, second, hidden = WorkFactory(), WorkFactory(), WorkFactory()
    hide_work(work=hidden)
    shown = {"new": [first.pk, second.pk, first.pk], "popular": [first.pk, hidden.pk], "elsewhere": [second.pk]}
    assert [count_impressions(shown=shown), count_impressions(shown=shown)] == [3, 3]
    assert set(WorkImpressions.objects.values_list("work", "surface", "shown")) == {
        (first.pk, "new", 2),
        (second.pk, "new", 2),
        (first.pk, "popular", 2),
    }
    day = WorkImpressions.objects.first().day
    assert impressions_of([first.pk, second.pk, hidden.pk], since=day) == {first.pk: 4, second.pk: 2}


@pytest.mark.django_db
def test_a_report_of_impressions_is_bounded_and_takes_two_queries(django_assert_num_queries):
    works = [WorkFactory().pk for _n in range(MOST_WORKS + 3)]
    with django_assert_num_queries(2):
        assert count_impressions(shown={"new": works}) == MOST_WORKS
