"""`manage.py check_ledger`: clean after real use, and it sees what somebody broke past the triggers."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from billing.services import mature_sales, record_refund, release_credits, reserve_credits, settle_credits
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.billing import give_credits, sell

pytestmark = pytest.mark.django_db


def figures():
    out = StringIO()
    try:
        call_command("check_ledger", stdout=out)
    except CommandError as error:
        return lines(out), str(error)
    return lines(out), ""


def lines(out):
    return {name: int(value) for name, value in (line.split(": ") for line in out.getvalue().splitlines())}


@pytest.fixture
def used_ledger():
    user = UserFactory()
    give_credits(user, 100)
    for job, spent in (("job:1", 3), ("job:2", 4)):
        reserve_credits(user=user, amount=4, object_ref=job)
        settle_credits(object_ref=job, amount=spent)
    reserve_credits(user=user, amount=10, object_ref="job:3")
    release_credits(object_ref="job:3")
    reserve_credits(user=user, amount=20, object_ref="job:4")
    artist = ArtistFactory()
    sell(artist, 3333)
    done = sell(artist, 2000, days_until_available=-1)
    mature_sales()
    record_refund(line_ref=done.line_ref)


def test_a_ledger_in_use_is_whole(used_ledger):
    found, error = figures()
    assert error == ""
    assert found["broken_invariants"] == 0
    assert found["credits_spent_credit"] == 7
    assert found["user_credits_credit"] == 73
    assert found["user_held_credit"] == 20
    assert found["artist_pending_usd"] == 3000
    assert found["artist_available_usd"] == 0
    assert found["open_holds"] == 1
    assert sum(value for name, value in found.items() if name.endswith("_credit")) == 0
    assert sum(value for name, value in found.items() if name.endswith("_usd")) == 0


@pytest.mark.parametrize(
    ("table", "damage", "told"),
    [
        (
            "billing_entry",
            "UPDATE billing_entry SET amount_minor = amount_minor * 3 WHERE amount_minor = 73 + 27",
            "unbalanced_transactions",
        ),
        ("billing_balance", "UPDATE billing_balance SET amount_minor = 5", "balances_that_differ_from_entries"),
        ("billing_creditlot", "UPDATE billing_creditlot SET remaining = 1", "accounts_whose_lots_differ_from_balance"),
        ("billing_credithold", "UPDATE billing_credithold SET spent = 2", "holds_spent_other_than_ledger"),
        (
            "billing_sale",
            "UPDATE billing_sale SET fee_minor = 0 WHERE state = 'pending'",
            "artists_whose_pending_differs_from_sales",
        ),
    ],
)
def test_damage_is_told_by_name(used_ledger, table, damage, told):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is pending must be looked at before
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        if table == "billing_credithold":
            damage += " WHERE state = 'settled'"
        cursor.execute(damage)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    found, error = figures()
    assert found[told] > 0
    assert found["broken_invariants"] >= 1
    assert told in error
