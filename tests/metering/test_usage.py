"""Usage is written once for each object, with the picture, the message or the day, and never changed."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.mail import EmailMessage, get_connection, send_mail
from django.db import DatabaseError, connection

from generation.services import record_picture
from marketplace.core.clock import now
from marketplace.metering.models import UnitCost, UsageRecord
from marketplace.metering.receivers import meter_picture
from marketplace.metering.resources import Resource
from marketplace.metering.services import keep_unit_costs, measure_storage, record_usage
from marketplace.metering.services.costs import EVER
from marketplace.studio.models import Lora
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.catalog import WorkFactory, WorkFileFactory, WorkVersionFactory
from tests.factories.generation import GenerationJobFactory, GenerationOutputFactory
from tests.studio.delivering import put_picture

pytestmark = pytest.mark.django_db
METERED = "marketplace.metering.mail.MeteredBackend"


@pytest.mark.parametrize(("device", "resource"), [("cpu", "cpu"), ("NVIDIA H100 80GB HBM3", "gpu")])
def test_a_picture_is_metered_when_it_is_recorded_and_once(device, resource):
    job = GenerationJobFactory(state="running")
    for index, seconds in ((0, 2.0), (1, 0.3456)):
        key = put_picture(job, index, device=device, render_s=seconds)
        for _ in range(2):
            record_picture(job_id=job.id, attempt=1, key=key)
    first, second = UsageRecord.objects.order_by("object_ref")
    assert (first.object_ref, second.object_ref) == (f"job:{job.pk}:0", f"job:{job.pk}:1")
    assert (first.quantity, second.quantity) == (2000, 346)
    for row in (first, second):
        assert (row.resource, row.owner, row.model, row.device) == (resource, job.owner, job.model, device)


def test_what_a_worker_says_is_bounded():
    for index, seconds in enumerate((float("inf"), 1e30, 0.0)):
        meter_picture(output=GenerationOutputFactory(index=index, job__count=9, render_s=seconds))
    assert sorted(UsageRecord.objects.values_list("quantity", flat=True)) == [0, 86_400_000, 86_400_000]


def test_a_repetition_changes_nothing_and_quantities_are_whole():
    owner = UserFactory()
    for quantity in (5, 7):
        record_usage(resource=Resource.EMAIL, object_ref="message:1", quantity=quantity, owner_id=owner.pk)
    assert UsageRecord.objects.get().quantity == 5
    for wrong in (-1, 1.5, True):
        with pytest.raises(ValueError, match="whole number"):
            record_usage(resource=Resource.EMAIL, object_ref="message:2", quantity=wrong, owner_id=owner.pk)
    assert UsageRecord.objects.count() == 1


@pytest.mark.parametrize("table", ["metering_usagerecord", "metering_unitcost"])
@pytest.mark.parametrize("act", ["UPDATE {} SET resource = 'gpu'", "DELETE FROM {}", "TRUNCATE {}"])
def test_rows_are_only_added(table, act):
    record_usage(resource=Resource.EMAIL, object_ref="message:1", quantity=1, owner_id=None)
    keep_unit_costs()
    # The foreign keys' checks are still due; a TRUNCATE would be refused for them, not for its trigger.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"):
            cursor.execute(act.format(table))


def test_a_message_is_counted_for_its_reader(outbox, settings):
    settings.EMAIL_BACKEND = METERED
    reader = UserFactory(email="Reader@example.org")
    send_mail("One", "text", None, ["reader@example.org"])
    send_mail("Two", "text", None, ["nobody@example.org"])
    EmailMessage("Three", "text", None, ["reader@example.org"], cc=["nobody@example.org"]).send()
    assert [letter.subject for letter in outbox.letters()] == ["Three", "Two", "One"]
    assert UsageRecord.objects.filter(resource="email", owner=reader, quantity=1).count() == 2
    assert UsageRecord.objects.filter(resource="email", owner=None, quantity=1).count() == 2


def test_several_messages_go_over_one_connection(outbox, settings):
    settings.EMAIL_BACKEND = METERED
    messages = [EmailMessage(f"No. {n}", "text", None, [f"p{n}@example.org"]) for n in range(3)]
    assert get_connection().send_messages(messages) == 3
    assert len(outbox.letters()) == 3
    assert UsageRecord.objects.count() == 3


def test_what_is_not_sent_is_not_counted(settings):
    settings.EMAIL_BACKEND = METERED
    settings.EMAIL_PORT = 9
    with pytest.raises(OSError):
        send_mail("One", "text", None, ["reader@example.org"])
    assert send_mail("One", "text", None, ["reader@example.org"], fail_silently=True) == 0
    assert not UsageRecord.objects.exists()


def test_storage_is_measured_once_a_day_for_each_person():
    artist, other = ArtistFactory(), UserFactory()
    first, second = (WorkVersionFactory(work=WorkFactory(artist=artist)) for _ in range(2))
    WorkFileFactory(version=first, size_bytes=1000, storage_key="a")
    WorkFileFactory(version=first, size_bytes=300, storage_key="b", width=64)
    WorkFileFactory(version=second, size_bytes=1000, storage_key="a")  # the same object of the store
    job = GenerationJobFactory(owner=artist.user)
    GenerationOutputFactory(job=job, size_bytes=50, storage_key="a")  # of another store
    Lora.objects.create(owner=other, name="ink", sha256="1" * 64, size_bytes=7, shapes=[])
    today = now().date()
    assert measure_storage(up_to=today) == 2
    WorkFileFactory(version=second, size_bytes=5000, storage_key="c", width=32)
    assert measure_storage(up_to=today) == 0
    kept = dict(UsageRecord.objects.filter(resource="storage").values_list("owner", "quantity"))
    assert kept == {artist.user_id: 1350, other.pk: 7}
    assert measure_storage(up_to=today + timedelta(days=1)) == 2
    later = UsageRecord.objects.get(owner=artist.user, happened_at__date=today + timedelta(days=1))
    assert later.quantity == 6350


def test_days_that_were_missed_are_measured_later():
    job = GenerationJobFactory()
    GenerationOutputFactory(job=job, size_bytes=50)
    day = datetime(2026, 3, 1, tzinfo=UTC).date()
    assert measure_storage(up_to=day) == 1
    assert measure_storage(up_to=day + timedelta(days=4)) == 4
    assert measure_storage(up_to=day + timedelta(days=2)) == 0
    days = UsageRecord.objects.order_by("happened_at").values_list("happened_at__day", flat=True)
    assert list(days) == [1, 2, 3, 4, 5]
    assert measure_storage(up_to=day + timedelta(days=400)) == 31


def test_a_changed_cost_holds_from_today_and_the_first_from_ever(monkeypatch, settings):
    assert keep_unit_costs() == 4
    assert keep_unit_costs() == 0
    assert set(UnitCost.objects.values_list("valid_from", flat=True)) == {EVER}
    monkeypatch.setattr(settings.CONFIGURATION, "cost_gpu_hour_micro", 3_000_000)
    assert keep_unit_costs() == 1
    monkeypatch.setattr(settings.CONFIGURATION, "cost_gpu_hour_micro", 4_000_000)
    assert keep_unit_costs() == 0, "one change a day: the first"
    rows = UnitCost.objects.filter(resource="gpu").order_by("valid_from").values_list("valid_from", "cost_micro")
    assert list(rows) == [(EVER, 2_000_000), (now().date(), 3_000_000)]
