"""Events are added once, never changed, and lie in their month."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from marketplace.catalog.errors import WorkNotFound
from marketplace.catalog.services import hide_work
from recommendations.models import Event, Like
from recommendations.partitions import ensure_months, months_between, partition_name
from recommendations.selectors import like_state
from recommendations.services import (
    like_work,
    make_event_months,
    record_event,
    record_view,
    refresh_popularity,
    unlike_work,
)
from recommendations.viewers import Viewer, viewer_of
from tests.factories.accounts import UserFactory
from tests.factories.catalog import WorkFactory

VIEWER = Viewer(key="s:somebody")
FAR = datetime(2091, 5, 9, 12, tzinfo=UTC)


def partition_of(event: Event) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM recommendations_event WHERE id = %s", [event.pk])
        return cursor.fetchone()[0]


def test_viewers_are_pseudonyms_and_digests():
    user = UserFactory.build()
    session = viewer_of(session_key="secretkey")
    assert viewer_of(user=user).key == f"p:{user.pseudonym.hex}"
    assert str(user.pk.hex) not in viewer_of(user=user).key
    assert "secretkey" not in session.key
    assert session.user_id is None
    assert viewer_of() is None


@pytest.mark.django_db
def test_a_view_counts_once_a_day():
    work, today = WorkFactory(), datetime(2026, 11, 24, 9, tzinfo=UTC)
    once = {"kind": "viewed", "work_id": work.pk, "viewer": VIEWER}
    assert record_event(**once, happened_at=today)
    assert not record_event(**once, happened_at=today + timedelta(hours=5))
    assert record_event(**once, happened_at=today + timedelta(days=1))
    assert Event.objects.count() == 2


@pytest.mark.django_db
def test_an_effect_told_twice_is_one_event():
    work = WorkFactory()
    told = {"kind": "bought", "work_id": work.pk, "viewer": VIEWER, "once_key": "line:1", "happened_at": FAR}
    assert [record_event(**told), record_event(**told)] == [True, False]


@pytest.mark.django_db
def test_an_artists_look_at_her_own_work_is_no_view():
    work = WorkFactory()
    assert not record_view(work=work, viewer=viewer_of(user=work.artist.user))
    assert record_view(work=work, viewer=viewer_of(user=UserFactory()))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE recommendations_event SET kind = 'bought'",
        "DELETE FROM recommendations_event",
        "TRUNCATE recommendations_event",
    ],
)
def test_the_database_refuses_to_change_events(change):
    record_event(kind="viewed", work_id=WorkFactory().pk, viewer=VIEWER)
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="events are only added"), transaction.atomic():
        connection.cursor().execute(change)
    assert Event.objects.get().kind == "viewed"


@pytest.mark.django_db
def test_events_lie_in_their_months_and_move_there_from_the_default_one():
    record_event(kind="viewed", work_id=WorkFactory().pk, viewer=VIEWER, happened_at=FAR)
    event = Event.objects.get()
    assert partition_of(event) == "recommendations_event_default"
    with connection.cursor() as cursor:
        # The foreign key of the row that was just added is still to be checked.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        made = ensure_months(cursor, first=date(2091, 4, 30), last=date(2091, 6, 1))
        again = ensure_months(cursor, first=date(2091, 4, 30), last=date(2091, 6, 1))
    assert made == [partition_name(date(2091, month, 1)) for month in (4, 5, 6)]
    assert again == []
    assert partition_of(event) == "recommendations_event_2091_05"
    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_the_coming_months_are_there_after_migration():
    assert make_event_months() == []


def test_months_over_a_year_end():
    assert [f"{m:%Y-%m}" for m in months_between(date(2026, 11, 30), date(2027, 2, 1))] == [
        "2026-11",
        "2026-12",
        "2027-01",
        "2027-02",
    ]


@pytest.mark.django_db
def test_likes_are_on_or_off_and_every_change_is_an_event():
    work, user = WorkFactory(), UserFactory()
    assert [like_work(work_id=work.pk, user=user), like_work(work_id=work.pk, user=user)] == [True, False]
    assert like_state(work_id=work.pk, viewer_key=viewer_of(user=user).key).is_liked
    assert [unlike_work(work_id=work.pk, user=user), unlike_work(work_id=work.pk, user=user)] == [True, False]
    assert like_work(work_id=work.pk, user=user)
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == ["liked", "unliked", "liked"]
    assert like_state(work_id=work.pk, viewer_key="").count == 1


@pytest.mark.django_db
def test_likes_that_two_people_take_back_on_one_day_are_two_events():
    work, people = WorkFactory(), [UserFactory(), UserFactory()]
    for user in people:
        like_work(work_id=work.pk, user=user)
    for user in people:
        unlike_work(work_id=work.pk, user=user)
    taken_back = Event.objects.filter(kind="unliked").values_list("viewer", flat=True)
    assert set(taken_back) == {viewer_of(user=user).key for user in people}


@pytest.mark.django_db
def test_a_hidden_work_cannot_be_liked():
    work = WorkFactory()
    hide_work(work=work)
    with pytest.raises(WorkNotFound):
        like_work(work_id=work.pk, user=UserFactory())
    assert not Like.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_like_clicked_eight_times_at_once_is_one():
    work, user = WorkFactory(), UserFactory()

    def click(_n: int) -> bool:
        try:
            return like_work(work_id=work.pk, user=user)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(click, range(8))) == [False] * 7 + [True]
    assert Like.objects.count() == Event.objects.count() == 1


@pytest.mark.django_db
def test_popularity_is_counted_from_events_and_fades():
    at = datetime(2026, 11, 24, 12, tzinfo=UTC)
    fresh, old, unseen = WorkFactory(), WorkFactory(), WorkFactory()
    for n in range(3):
        viewer = Viewer(key=f"s:{n}")
        record_event(kind="viewed", work_id=fresh.pk, viewer=viewer, happened_at=at)
        record_event(kind="viewed", work_id=old.pk, viewer=viewer, happened_at=at - timedelta(days=10))
        record_event(kind="viewed", work_id=old.pk, viewer=viewer, happened_at=at - timedelta(days=200))
    record_event(kind="bought", work_id=fresh.pk, viewer=VIEWER, once_key="line:1", happened_at=at)
    assert refresh_popularity(at=at) == 3
    assert refresh_popularity(at=at) == 3
    assert (fresh.popularity.viewers, fresh.popularity.buyers) == (3, 1)
    assert fresh.popularity.score == pytest.approx(13.0)
    assert old.popularity.score == pytest.approx(1.5)
    assert unseen.popularity.score == 0
