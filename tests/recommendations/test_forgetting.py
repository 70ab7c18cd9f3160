"""Events go when their viewer says no, when her account is deleted, and when they are old; and never otherwise."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from recommendations.models import CountingSalt, Event, HiddenWork, Like, WorkImpressions
from recommendations.partitions import ensure_months, months_present, partition_name
from recommendations.selectors import events_of, number_of_events_of, wishes_kept_of
from recommendations.services import (
    count_impressions,
    drop_old_events,
    forget_events,
    hide_for,
    like_work,
    opt_out,
    record_event,
    set_consent,
    sweep_refused,
)
from recommendations.tasks import forget_viewer
from recommendations.viewers import Consent, Viewer, viewer_of
from tests.factories.accounts import UserFactory
from tests.factories.catalog import WorkFactory

TODAY = date(2026, 11, 24)


def rows() -> int:
    """How many events the table holds, without the ORM between."""
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM recommendations_event")
        return cursor.fetchone()[0]


def looks(viewer: Viewer, number: int) -> None:
    set_consent(viewer=viewer, consent=Consent.GIVEN)
    for _n in range(number):
        assert record_event(kind="viewed", work_id=WorkFactory().pk, viewer=viewer)


@pytest.mark.django_db
def test_opting_out_deletes_every_row_of_the_viewer_and_no_other():
    her, other = viewer_of(user=UserFactory()), viewer_of(user=UserFactory())
    looks(her, 5)
    looks(other, 3)
    assert rows() == 8
    assert opt_out(viewer=her) == 5
    assert rows() == 3
    assert number_of_events_of(other) == 3
    assert not record_event(kind="viewed", work_id=WorkFactory().pk, viewer=her)


@pytest.mark.django_db
def test_likes_and_hidden_works_stay_with_an_opt_out():
    user, work = UserFactory(), WorkFactory()
    her = viewer_of(user=user)
    like_work(work_id=work.pk, user=user)
    hide_for(work_id=work.pk, viewer=her)
    assert opt_out(viewer=her) == 2
    assert (Like.objects.count(), HiddenWork.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_batches_delete_all_across_months():
    her = Viewer(key="s:her")
    at = datetime(2026, 11, 20, tzinfo=UTC)
    for n in range(7):
        record_event(kind="viewed", work_id=WorkFactory().pk, viewer=her, happened_at=at - timedelta(days=20 * (n % 3)))
    assert forget_events(viewer_key=her.key, batch=3) == 7
    assert rows() == 0
    assert forget_events(viewer_key=her.key, batch=3) == 0


@pytest.mark.django_db
def test_what_came_in_while_she_said_no_is_swept():
    her = viewer_of(user=UserFactory())
    opt_out(viewer=her)
    # A request that had read the old answer.
    record_event(kind="viewed", work_id=WorkFactory().pk, viewer=Viewer(her.key, consent=Consent.GIVEN))
    assert rows() == 1
    assert sweep_refused() == 1
    assert rows() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("door", "value"),
    [("forgotten_viewer", "s:another"), ("forgotten_viewer", ""), ("forgotten_before", "2026-01-01")],
)
def test_a_door_opens_for_its_own_rows_alone(door, value):
    record_event(
        kind="viewed", work_id=WorkFactory().pk, viewer=Viewer("s:her"), happened_at=datetime(2026, 11, 3, tzinfo=UTC)
    )
    assert rows() == 1
    connection.cursor().execute("SELECT set_config(%s, %s, true)", [f"recommendations.{door}", value])
    with pytest.raises(DatabaseError, match="events are only added"), transaction.atomic():
        connection.cursor().execute("DELETE FROM recommendations_event")
    assert rows() == 1


@pytest.mark.django_db
def test_no_door_opens_for_a_change_and_deleting_closes_it_again():
    record_event(kind="viewed", work_id=WorkFactory().pk, viewer=Viewer("s:her"))
    record_event(kind="viewed", work_id=WorkFactory().pk, viewer=Viewer("s:other"))
    assert rows() == 2
    connection.cursor().execute("SELECT set_config('recommendations.forgotten_viewer', 's:her', true)")
    with pytest.raises(DatabaseError, match="events are only added"), transaction.atomic():
        connection.cursor().execute("UPDATE recommendations_event SET kind = 'bought' WHERE viewer = 's:her'")
    forget_events(viewer_key="s:her")
    record_event(kind="viewed", work_id=WorkFactory().pk, viewer=Viewer("s:her"))
    rows()
    with pytest.raises(DatabaseError, match="events are only added"), transaction.atomic():
        connection.cursor().execute("DELETE FROM recommendations_event WHERE viewer = 's:her'")


@pytest.mark.django_db(transaction=True)
def test_old_months_are_dropped_old_rows_deleted_and_counters_stay():
    work = WorkFactory()
    with transaction.atomic(), connection.cursor() as cursor:
        ensure_months(cursor, first=date(2025, 1, 1), last=date(2025, 4, 1))
    for day in (date(2025, 1, 9), date(2025, 2, 27), date(2025, 3, 2), date(2025, 3, 30)):
        at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        record_event(kind="viewed", work_id=work.pk, viewer=Viewer("s:her"), happened_at=at)
    CountingSalt.objects.create(day=date(2025, 3, 2), salt="old")
    count_impressions(shown={"new": [work.pk]})
    # So many days before TODAY that the first day that is kept is 15 March 2025.
    assert drop_old_events(today=TODAY, keep_days=(TODAY - date(2025, 3, 15)).days) == 1
    assert [e["happened_at"].date() for e in events_of(Viewer("s:her"))] == [date(2025, 3, 30)]
    with connection.cursor() as cursor:
        names = [name for _month, name in months_present(cursor)]
    gone = {partition_name(date(2025, month, 1)) for month in (1, 2)}
    assert not gone & set(names)
    assert partition_name(date(2025, 3, 1)) in names
    assert not CountingSalt.objects.exists()
    assert WorkImpressions.objects.get().shown == 1
    assert drop_old_events(today=TODAY, keep_days=(TODAY - date(2025, 3, 15)).days) == 0


@pytest.mark.django_db
def test_an_account_that_is_deleted_is_forgotten():
    from procrastinate.contrib.django.models import ProcrastinateJob

    user = UserFactory()
    key = viewer_of(user=user).key
    like_work(work_id=WorkFactory().pk, user=user)
    looks(Viewer("s:other"), 1)
    user.delete()
    job = ProcrastinateJob.objects.get(task_name="recommendations.forget_viewer")
    assert job.args == {"viewer_key": key}
    forget_viewer(**job.args)
    forget_viewer(**job.args)
    assert not Like.objects.exists()
    assert [event.viewer for event in Event.objects.all()] == ["s:other"]


@pytest.mark.django_db
def test_a_person_reads_all_that_is_kept_of_her():
    user, work = UserFactory(), WorkFactory()
    like_work(work_id=work.pk, user=user)
    record_event(kind="viewed", work_id=WorkFactory().pk, viewer=Viewer("s:other"))
    kept = list(events_of(viewer_of(user=user)))
    assert [(event["kind"], event["work_id"]) for event in kept] == [("liked", work.pk)]
    assert [like["work_id"] for like in wishes_kept_of(viewer_of(user=user))["likes"]] == [work.pk]
