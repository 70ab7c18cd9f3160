"""Negative balances: since when, what brought them about, and who stands in the administrators' list."""

from datetime import timedelta

import pytest
from django.db import connection

from billing.models import AccountKind
from billing.selectors import debt_lines, debt_since, debts_for_review
from billing.services import mature_sales, record_refund
from billing.services.ledger import account_of, post
from marketplace.core.ids import new_id
from marketplace.core.money import Money
from tests.factories.accounts import ArtistFactory
from tests.factories.billing import sell
from tests.factories.catalog import WorkFactory

pytestmark = pytest.mark.django_db


def usd(amount: int) -> Money:
    return Money(amount, "USD")


def paid_out_and_refunded(artist, gross: int = 2000, part: int | None = None):
    sale = sell(artist, gross, days_until_available=-1, work=WorkFactory(artist=artist))
    mature_sales()
    available = account_of(AccountKind.ARTIST_AVAILABLE, "USD", artist=artist)
    cash = account_of(AccountKind.CASH_AT_STRIPE, "USD")
    amount = available.balance.amount_minor
    if amount:
        entries = [(available, -amount), (cash, amount)]
        post(object_ref=f"payout:{new_id()}", effect="sent", reason="payout", entries=entries)
    record_refund(line_ref=sale.line_ref, amount=None if part is None else usd(part), refund_ref=f"re_{sale.pk}")
    return sale


def test_what_happened_is_told_line_by_line():
    artist = ArtistFactory()
    sale = paid_out_and_refunded(artist)
    sell(artist, 500, days_until_available=-1, work=WorkFactory(artist=artist))
    mature_sales()
    refund, repaid = debt_lines(artist, "USD")
    assert (refund.reason.value, refund.amount, refund.work) == ("refund", usd(-1800), sale.work)
    assert (repaid.reason.value, repaid.amount) == ("matured", usd(450))
    assert debt_since(artist, "USD") == refund.at
    assert debt_lines(artist, "EUR") == []
    assert debt_since(ArtistFactory(), "USD") is None


def test_a_debt_that_was_repaid_is_not_told_again():
    artist = ArtistFactory()
    paid_out_and_refunded(artist, 1000)
    sell(artist, 3000, days_until_available=-1)
    mature_sales()
    assert (debt_lines(artist, "USD"), debts_for_review(older_than=timedelta(0))) == ([], [])
    second = paid_out_and_refunded(artist, 700)
    assert [(line.work, line.amount) for line in debt_lines(artist, "USD")] == [(second.work, usd(-630))]


def test_who_has_owed_for_long_stands_in_the_list_with_the_oldest_first(django_assert_max_num_queries):
    artists = [ArtistFactory() for _ in range(4)]
    for number, artist in enumerate(artists):
        paid_out_and_refunded(artist, 1000 + number)
    assert debts_for_review() == []
    ages = {artists[0]: 31, artists[1]: 90, artists[2]: 29}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE billing_entry DISABLE TRIGGER USER")
        for artist, days in ages.items():
            cursor.execute(
                "UPDATE billing_entry SET recorded_at = now() - %s * interval '1 day' WHERE account_id IN"
                " (SELECT id FROM billing_account WHERE artist_id = %s)",
                [days, artist.pk],
            )
        cursor.execute("ALTER TABLE billing_entry ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    with django_assert_max_num_queries(6):
        found = debts_for_review()
    assert [(debt.artist, debt.owed) for debt, _lines in found] == [(artists[1], usd(901)), (artists[0], usd(900))]
    assert all(lines for _debt, lines in found)
