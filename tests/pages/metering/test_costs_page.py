"""The administrators' page of costs and margin."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import Permission
from procrastinate.contrib.django.models import ProcrastinateJob

from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.metering.models import Month, MonthlyFigure, UsageRecord
from marketplace.metering.services import keep_unit_costs
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.generation import GenerationModelFactory

pytestmark = pytest.mark.django_db
PAGE = "/admin/metering/month/"


@pytest.fixture
def head(client):
    client.force_login(User.objects.create_superuser("head@example.org", "x"))
    return client


def month(begins: date, **more) -> Month:
    return Month.objects.create(begins=begins, added_up_at=now(), **more)


def figure(
    of: Month, item: str, micro: int, *, owner=None, model=None, quantity: int = 1, currency: str = "USD"
) -> None:
    MonthlyFigure.objects.create(
        month=of, owner=owner, model=model, item=item, currency=currency, quantity=quantity, amount_micro=micro
    )


def test_a_month_by_artist_and_by_model(head):
    keep_unit_costs()
    may, june = month(date(2026, 5, 1), is_closed=True), month(date(2026, 6, 1))
    ana, model = ArtistFactory(name="Ana"), GenerationModelFactory(name="sea", version="3")
    figure(may, "gpu", 1_250_000, owner=ana.user, model=model, quantity=5_400_000)
    figure(may, "email", 100, owner=ana.user, quantity=17)
    figure(may, "credits", 4_000_000, owner=ana.user, model=model, quantity=80)
    figure(may, "fees", 2_000_000, owner=ana.user)
    figure(may, "fees", 700_000_000, owner=ana.user, currency="JPY")
    figure(may, "email", 250, quantity=3)
    figure(june, "fees", 9_990_000, owner=ana.user)
    page = head.get(f"{PAGE}?month=2026-05").text
    for told in ("Ana", "1.5000", ">17<", "$1.2501", "$4.0000", "$2.0000", "$4.7499", "¥700.0000", "The shop itself"):
        assert told in page, told
    assert "These figures are final." in page
    assert "$9.9900" not in page
    assert "−$0.0002" in page  # the shop's own mail, rounded
    by_model = head.get(f"{PAGE}?month=2026-05&by=model").text
    assert "sea 3" in by_model
    assert "$2.7500" in by_model
    newest = head.get(f"{PAGE}?month=nonsense").text
    assert "$9.9900" in newest
    assert "final three days after" in newest
    for told in ("$2.0000 for an hour", "$0.0250 for a GiB", "$0.1000 for a thousand"):
        assert told in newest


def test_the_smallest_margin_comes_first_and_the_page_goes_on(head):
    may = month(date(2026, 5, 1))
    for number in range(55):
        figure(may, "fees", number * 1_000_000, owner=ArtistFactory(name=f"Artist-{number:02}").user)
    first, second = head.get(PAGE).text, head.get(f"{PAGE}?page=2").text
    assert first.index("Artist-00") < first.index("Artist-01") < first.index("Artist-49")
    assert "Artist-50" not in first
    assert "Artist-54" in second


@pytest.mark.parametrize("by", ["artist", "model"])
def test_the_page_asks_the_database_as_often_at_any_size(head, by, django_assert_max_num_queries):
    keep_unit_costs()
    may = month(date(2026, 5, 1))
    for number in range(60):
        owner, model = ArtistFactory().user, GenerationModelFactory(name=f"m{number}")
        figure(may, "gpu", number, owner=owner, model=model)
        figure(may, "fees", number, owner=owner)
    with django_assert_max_num_queries(9):
        head.get(f"{PAGE}?by={by}")


def test_nothing_yet_is_explained_and_adding_up_can_be_asked_for_once(head):
    assert "Nothing was added up yet" in head.get(PAGE).text
    for _ in range(3):
        assert head.post(PAGE).status_code == 302
    assert ProcrastinateJob.objects.filter(task_name="metering.add_up_now", status="todo").count() == 1


def test_who_may_only_look_cannot_add_up_and_others_see_nothing(client):
    assert client.get(PAGE).status_code == 302
    client.force_login(UserFactory())
    assert client.get(PAGE).status_code == 302
    clerk = UserFactory(is_staff=True)
    client.force_login(clerk)
    assert (client.get(PAGE).status_code, client.post(PAGE).status_code) == (403, 403)
    clerk.user_permissions.set(Permission.objects.filter(codename="view_month"))
    assert (client.get(PAGE).status_code, client.post(PAGE).status_code) == (200, 403)
    assert "Add up now" not in client.get(PAGE).text
    assert not ProcrastinateJob.objects.filter(task_name="metering.add_up_now").exists()


def test_the_usage_of_one_job_is_found(head):
    for ref in ("job:1:0", "job:1:1", "job:2:0"):
        UsageRecord.objects.create(
            resource="gpu", object_ref=ref, quantity=5, happened_at=datetime(2026, 5, 3, tzinfo=UTC)
        )
    page = head.get("/admin/metering/usagerecord/?q=job:1:").text
    assert "job:1:1" in page
    assert "job:2:0" not in page
    assert head.get("/admin/metering/unitcost/").status_code == 200
