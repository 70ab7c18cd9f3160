"""The rules that PostgreSQL keeps, tried through raw SQL, past every service."""

from contextlib import contextmanager

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from billing.models import Account, AccountKind, Balance, CreditHold, Entry, Transaction
from billing.selectors import credits_available
from billing.services import release_credits, reserve_credits
from billing.services.ledger import account_of, post
from marketplace.core.ids import new_id
from marketplace.core.money import CREDITS
from tests.factories.accounts import UserFactory
from tests.factories.billing import give_credits

pytestmark = pytest.mark.django_db
REFUSED = (IntegrityError, InternalError)


@contextmanager
def committed():
    """What a commit checks, without its lasting: the deferred constraints are looked at, then deferred again."""
    with transaction.atomic(), connection.cursor() as cursor:
        yield cursor
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def sql(statement, *values):
    with committed() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def user():
    person = UserFactory()
    with committed():
        give_credits(person, 10)
    return person


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_entry SET amount_minor = amount_minor * 2",
        "DELETE FROM billing_entry",
        "TRUNCATE billing_entry",
        "UPDATE billing_transaction SET effect = 'other'",
        "DELETE FROM billing_transaction",
        "TRUNCATE billing_transaction CASCADE",
        "UPDATE billing_account SET currency = 'USD'",
        "DELETE FROM billing_account",
        "UPDATE billing_balance SET amount_minor = 1000000",
        "DELETE FROM billing_balance",
        "DELETE FROM billing_creditlot",
        "UPDATE billing_creditlot SET remaining = 0",
        "UPDATE billing_creditlot SET remaining = amount + 1",
    ],
)
def test_what_is_recorded_cannot_be_changed(user, statement):
    before = list(Entry.objects.order_by("id").values_list("account_id", "amount_minor"))
    with pytest.raises(REFUSED):
        sql(statement)
    assert list(Entry.objects.order_by("id").values_list("account_id", "amount_minor")) == before
    assert Balance.objects.get().amount_minor == 10
    assert credits_available(user) == 10


def test_an_unbalanced_transaction_is_refused_at_commit(user):
    own = account_of(AccountKind.USER_CREDITS, CREDITS, user=user)
    spent = account_of(AccountKind.CREDITS_SPENT, CREDITS)
    with pytest.raises(IntegrityError, match="does not balance"), committed():
        post(object_ref="x:1", effect="e", reason="gift", entries=[(own, 5), (spent, -4)])
    assert not Transaction.objects.filter(object_ref="x:1").exists()
    assert Balance.objects.get().amount_minor == 10


def test_currencies_do_not_balance_each_other(user):
    cash = account_of(AccountKind.CASH_AT_STRIPE, "USD")
    spent = account_of(AccountKind.CREDITS_SPENT, CREDITS)
    with pytest.raises(IntegrityError, match="does not balance"), committed():
        post(object_ref="x:1", effect="e", reason="gift", entries=[(cash, 5), (spent, -5)])
    assert not Transaction.objects.filter(object_ref="x:1").exists()


def test_a_transaction_without_entries_is_refused(user):
    with pytest.raises(IntegrityError, match="has 0 entries"):
        sql(
            "INSERT INTO billing_transaction (id, object_ref, effect, reason, entry_count, created_at) "
            "VALUES (%s, 'x:1', 'e', 'gift', 0, now())",
            new_id(),
        )


def test_nothing_can_be_added_to_an_old_transaction(user):
    old = Transaction.objects.get()
    one, two = Account.objects.order_by("id")[:2]
    with pytest.raises(IntegrityError, match="has 4 entries and said 2"):
        sql(
            "INSERT INTO billing_entry (transaction_id, account_id, amount_minor) VALUES (%s, %s, 7), (%s, %s, -7)",
            old.id, one.id, old.id, two.id,
        )  # fmt: skip
    assert old.entries.count() == 2


def test_a_second_transaction_with_the_same_effect_is_refused(user):
    first = Transaction.objects.get()
    with pytest.raises(IntegrityError, match="one_effect_per_object"):
        sql(
            "INSERT INTO billing_transaction (id, object_ref, effect, reason, entry_count, created_at) "
            "VALUES (%s, %s, %s, 'gift', 2, now())",
            new_id(), first.object_ref, first.effect,
        )  # fmt: skip


def test_a_balance_cannot_fall_below_zero(user):
    own = account_of(AccountKind.USER_CREDITS, CREDITS, user=user)
    spent = account_of(AccountKind.CREDITS_SPENT, CREDITS)
    with pytest.raises(IntegrityError, match="balance_not_below_zero"), committed():
        post(object_ref="x:1", effect="e", reason="gift", entries=[(own, -11), (spent, 11)])
    assert Balance.objects.get().amount_minor == 10


def test_credits_outside_a_lot_are_refused(user):
    own = account_of(AccountKind.USER_CREDITS, CREDITS, user=user)
    issued = account_of(AccountKind.CREDITS_ISSUED, CREDITS)
    with pytest.raises(IntegrityError, match="lots of account"), committed():
        post(object_ref="x:1", effect="e", reason="gift", entries=[(own, 5), (issued, -5)])
    assert credits_available(user) == 10


def test_a_hold_ends_once_and_keeps_its_amount(user):
    reserve_credits(user=user, amount=4, object_ref="job:1")
    with pytest.raises(REFUSED):
        sql("UPDATE billing_credithold SET amount = 1")
    release_credits(object_ref="job:1")
    for statement in ("UPDATE billing_credithold SET state = 'open'", "DELETE FROM billing_credithold"):
        with pytest.raises(REFUSED):
            sql(statement)
    assert CreditHold.objects.get().state == CreditHold.State.RELEASED
