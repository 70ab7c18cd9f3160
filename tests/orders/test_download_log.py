"""Every download is on record with no more than it needs, cannot be changed, and is forgotten in time."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from billing.models import Dispute
from marketplace.accounts.addresses import LONGEST_USER_AGENT, Visit, network_of, visit_of
from marketplace.core.clock import now
from marketplace.licensing.errors import NotYourLicence
from marketplace.orders.models import Download, Order, OrderLine, SentLetter
from marketplace.orders.services import download_url
from marketplace.orders.services.downloads import forget_old_records
from tests.append_only import as_owner_of
from tests.factories.accounts import UserFactory
from tests.factories.licensing import licence_in, work_on_sale

pytestmark = pytest.mark.django_db


def an_order(grant) -> Order:
    order = Order.objects.create(
        buyer=grant.holder,
        state="paid",
        total_minor=1200,
        currency="USD",
        pay_until=now(),
        payment_intent_id="pi_1",
        paid_at=now(),
    )
    OrderLine.objects.create(
        order=order,
        offer=grant.offer,
        work=grant.work,
        version=grant.version,
        price_minor=1200,
        currency="USD",
        grant=grant,
    )
    return order


def age(row, days: int) -> None:
    """A row of ``days`` ago; only the table's owner can write one."""
    with as_owner_of(row._meta.db_table):
        type(row).objects.filter(pk=row.pk).update(at=now() - timedelta(days=days))


@pytest.fixture
def grant():
    return licence_in(work_on_sale(), holder=UserFactory())


def test_a_download_is_written_down_with_a_shortened_address(client, grant):
    client.force_login(grant.holder)
    answer = client.get(
        f"/licences/{grant.number}/download", REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="Firefox " + "x" * 400
    )
    assert answer.status_code == 302
    row = Download.objects.get()
    assert (row.grant_id, row.network, len(row.user_agent)) == (grant.pk, "203.0.113.0/24", LONGEST_USER_AGENT)
    assert len(row.file_sha256) == 64
    assert client.get(f"/api/v1/licences/{grant.number}/download", REMOTE_ADDR="2001:db8:7:8::9").status_code == 200
    assert Download.objects.filter(network="2001:db8:7::/48").count() == 1


def test_the_buyer_is_told_what_is_noted(client, grant):
    client.force_login(grant.holder)
    assert "shortened network address, and keep that for 540 days" in client.get("/orders").text


def test_what_is_refused_is_no_download(client, grant):
    with pytest.raises(NotYourLicence):
        download_url(user=UserFactory(), grant=grant, visit=Visit("203.0.113.0/24"))
    client.force_login(grant.work.artist.user)
    assert client.get(f"/licences/{grant.number}/download").status_code == 403
    assert not Download.objects.exists()


@pytest.mark.parametrize(
    ("address", "network"),
    [("203.0.113.9", "203.0.113.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("", "")],
)
def test_networks(address, network):
    assert network_of(address) == network


def test_a_visit_without_an_address(rf):
    assert visit_of(rf.get("/", REMOTE_ADDR="")) == Visit("", "")


def test_rows_can_neither_be_changed_nor_deleted_early(grant):
    download_url(user=grant.holder, grant=grant)
    row = Download.objects.get()
    letter = SentLetter.objects.create(order=an_order(grant), subject="Your licence", body="Here.")
    for change in (
        lambda: Download.objects.update(network="198.51.100.0/24"),
        lambda: row.delete(),
        lambda: SentLetter.objects.update(body=""),
        lambda: letter.delete(),
    ):
        with pytest.raises(DatabaseError, match="refused on"), transaction.atomic():
            change()
    assert (Download.objects.count(), SentLetter.objects.count()) == (1, 1)


def test_after_their_time_they_are_forgotten_but_not_in_a_dispute(grant):
    order = an_order(grant)
    for days in (1, 400, 541):
        download_url(user=grant.holder, grant=grant)
        age(Download.objects.order_by("-at").first(), days)
    age(SentLetter.objects.create(order=order, subject="Your licence", body="Here."), 600)
    dispute = Dispute.objects.create(
        id="du_1",
        payment_ref="pi_1",
        reason="fraudulent",
        status="under_review",
        amount_minor=1200,
        currency="USD",
        opened_at=now(),
    )
    assert forget_old_records() == 0
    dispute.status = "won"
    dispute.save()
    assert forget_old_records() == 2
    assert (Download.objects.count(), SentLetter.objects.count()) == (2, 0)
    assert forget_old_records() == 0
