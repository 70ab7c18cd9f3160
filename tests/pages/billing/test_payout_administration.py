"""The administrators' pages of payouts: stopping and lifting, who owes for long, the yearly report of sellers."""

import csv
import io

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from procrastinate.contrib.django.models import ProcrastinateJob

from billing.models import PayoutStop
from billing.services import mature_sales, record_refund
from billing.services.ledger import account_of, post
from marketplace.accounts.models import User
from marketplace.core.clock import now
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.billing import PayoutAccountFactory, sell

pytestmark = pytest.mark.django_db
STOPS, DEBTS, DAC7 = "/admin/billing/payoutstop/", "/admin/billing/payout/debts/", "/admin/billing/payoutaccount/dac7/"


@pytest.fixture
def administrator():
    return User.objects.create_superuser("head@example.org", "x")


@pytest.fixture
def head(client, administrator):
    client.force_login(administrator)
    return client


def letters(task: str) -> int:
    return ProcrastinateJob.objects.filter(task_name=task, status="todo").count()


def test_a_stop_is_added_with_its_reason_and_lifted_once(head, administrator):
    artist = ArtistFactory()
    added = head.post(f"{STOPS}add/", {"artist": str(artist.pk), "reason": "Show us the files."}, follow=True)
    assert "The payouts are stopped; the artist is told why." in added.text
    stop = PayoutStop.objects.get()
    assert (stop.artist, stop.reason, stop.stopped_by) == (artist, "Show us the files.", administrator)
    assert letters("billing.tell_of_stopped_payouts") == 1
    assert LogEntry.objects.get().object_id == str(stop.pk)
    page = head.get(f"{STOPS}{stop.pk}/change/").text
    assert "Show us the files." in page
    assert "Why it is lifted" in page
    lifted = head.post(f"{STOPS}{stop.pk}/change/", {"because": "They were there."}, follow=True)
    assert "The stop is lifted; the artist is told." in lifted.text
    stop.refresh_from_db()
    assert (stop.lifted_by, stop.lifted_because) == (administrator, "They were there.")
    assert letters("billing.tell_of_lifted_stop") == 1
    assert "They were there." in head.get(f"{STOPS}{stop.pk}/change/").text
    assert head.post(f"{STOPS}{stop.pk}/change/", {"because": "again"}).status_code == 403
    assert head.post(f"{STOPS}{stop.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_second_stop_and_an_empty_reason_are_refused(head):
    artist = ArtistFactory()
    given = {"artist": str(artist.pk), "reason": "One."}
    head.post(f"{STOPS}add/", given)
    told = head.post(f"{STOPS}add/", {**given, "reason": "Two."}, follow=True).text
    assert "payouts are stopped already" in told
    assert head.post(f"{STOPS}add/", {**given, "reason": ""}).status_code == 200
    assert PayoutStop.objects.get().reason == "One."
    assert LogEntry.objects.count() == 1


def owing():
    artist = PayoutAccountFactory().artist
    sale = sell(artist, 2000, days_until_available=-1)
    mature_sales()
    available, cash = account_of("artist_available", "USD", artist=artist), account_of("cash_at_stripe", "USD")
    post(object_ref=f"payout:{sale.pk}", effect="sent", reason="payout", entries=[(available, -1800), (cash, 1800)])
    record_refund(line_ref=sale.line_ref)
    return artist


def test_who_owes_for_long_is_listed_with_what_happened(head, settings, monkeypatch):
    artist = owing()
    assert "Nobody." in head.get(DEBTS).text
    monkeypatch.setattr(settings.CONFIGURATION, "debt_review_days", 0)
    page = head.get(DEBTS).text
    for told in (artist.name, artist.user.email, "$18.00", "Refund of a sale"):
        assert told in page
    assert DEBTS in head.get("/admin/billing/payout/").text


def test_the_list_asks_the_database_as_often_for_many(head, settings, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(settings.CONFIGURATION, "debt_review_days", 0)
    for _ in range(8):
        owing()
    with django_assert_max_num_queries(12):
        head.get(DEBTS)


def test_the_yearly_report_as_page_and_csv(head):
    account = PayoutAccountFactory(artist__name="=HYPERLINK(1)", artist__handle="mei")
    sell(account.artist, 2000)
    page = head.get(DAC7).text
    for told in (account.stripe_account_id, "$18.00", "Not judged: a rate to the euro is missing", "(USD)"):
        assert told in page
    answer = head.get(f"{DAC7}?year={now().year}&file=csv")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="atelier-dac7-{now().year}.csv"'
    head_row, row = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    told = dict(zip(head_row, row, strict=True))
    quarter = (now().month - 1) // 3 + 1
    assert (told["Handle"], told["Name"], told["Currency"]) == ("mei", "'=HYPERLINK(1)", "USD")
    assert (told[f"Q{quarter} consideration"], told[f"Q{quarter} fees"]) == ("18.00", "2.00")
    assert (told[f"Q{quarter} number of activities"], told["Year's consideration"]) == ("1", "18.00")
    assert (told["Reported"], told["Not judged"], told["Judged in EUR"]) == ("unknown", "USD", "0.00")
    assert (told["Tax number known"], told["Stripe account"]) == ("yes", account.stripe_account_id)
    assert DAC7 in head.get("/admin/billing/payoutaccount/").text
    assert "Nobody sold" not in head.get(f"{DAC7}?year=nonsense").text


def test_nobody_else_looks(client):
    for page in (STOPS, DEBTS, DAC7):
        assert client.get(page).status_code == 302
    clerk = UserFactory(is_staff=True)
    client.force_login(clerk)
    for page in (STOPS, DEBTS, DAC7):
        assert client.get(page).status_code == 403
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["view_payoutstop", "view_payout"]))
    assert client.get(DEBTS).status_code == 200
    assert client.get(DAC7).status_code == 403
    artist = ArtistFactory()
    assert client.post(f"{STOPS}add/", {"artist": str(artist.pk), "reason": "x"}).status_code == 403
    assert not PayoutStop.objects.exists()
