"""Balances now and at any past moment, through closings; nothing counted twice or left out, whoever is writing."""

import random
import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from billing.models import Account, AccountClosing, AccountKind, Entry, LedgerClosing
from billing.selectors import balance_at, balance_of
from billing.services import close_ledger
from billing.services.ledger import account_of, post
from marketplace.core.clock import now
from marketplace.core.ids import new_id
from marketplace.core.money import Money


def accounts() -> tuple[Account, Account]:
    return account_of(AccountKind.CASH_AT_STRIPE, "USD"), account_of(AccountKind.PLATFORM_FEES, "USD")


def move(amount: int) -> None:
    cash, fees = accounts()
    post(object_ref=f"x:{new_id()}", effect="moved", reason="sale", entries=[(cash, -amount), (fees, amount)])


def summed(account: Account) -> int:
    return sum(Entry.objects.filter(account=account).values_list("amount_minor", flat=True))


def test_a_balance_is_the_sum_of_its_entries_however_often_the_ledger_was_closed(transactional_db):
    cash, fees = accounts()
    assert balance_of(fees) == Money(0, "USD")
    assert close_ledger() is None
    dice = random.Random(4)
    for _ in range(30):
        move(dice.randint(1, 900))
        if dice.random() < 0.3:
            close_ledger()
        assert balance_of(cash).amount_minor == summed(cash) == -summed(fees)
    assert close_ledger() is not None
    assert close_ledger() is None
    assert balance_of(fees).amount_minor == summed(fees)


def test_every_past_moment_can_be_asked_for(transactional_db):
    cash, fees = accounts()
    seen = [(now() - timedelta(days=400), 0)]
    dice = random.Random(5)
    for _ in range(25):
        move(dice.randint(1, 900))
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            seen.append((cursor.fetchone()[0], summed(fees)))
        if dice.random() < 0.3:
            close_ledger()
    for moment, balance in seen:
        assert balance_at(fees, moment) == Money(balance, "USD")
        assert balance_at(cash, moment) == Money(-balance, "USD")
    assert balance_at(fees, now() + timedelta(days=1)) == balance_of(fees)


def test_accounts_that_did_not_move_are_not_written_again(transactional_db):
    _cash, fees = accounts()
    move(5)
    close_ledger()
    euros = account_of(AccountKind.PLATFORM_FEES, "EUR"), account_of(AccountKind.CASH_AT_STRIPE, "EUR")
    post(object_ref="x:euro", effect="moved", reason="sale", entries=[(euros[0], 7), (euros[1], -7)])
    close_ledger()
    assert AccountClosing.objects.count() == 4
    assert (balance_of(fees), balance_of(euros[0])) == (Money(5, "USD"), Money(7, "EUR"))


def test_an_entry_that_commits_after_higher_ones_is_counted_once(transactional_db):
    """The writer of a low number is slow: the closing waits for it, or does not happen."""
    _cash, fees = accounts()
    has_written, may_commit = threading.Event(), threading.Event()

    def slowly() -> None:
        try:
            with transaction.atomic():
                move(100)
                has_written.set()
                may_commit.wait(20)
        finally:
            connection.close()

    slow = threading.Thread(target=slowly)
    slow.start()
    assert has_written.wait(20)
    move(11)
    assert close_ledger() is None
    assert balance_of(fees) == Money(11, "USD")
    may_commit.set()
    slow.join()
    closing = close_ledger()
    assert closing is not None
    assert closing.up_to_entry == Entry.objects.order_by("-id").values_list("id", flat=True)[0]
    assert balance_of(fees) == Money(111, "USD")


def test_writers_and_closings_at_once_lose_nothing(transactional_db):
    _cash, fees = accounts()
    stop, faults = threading.Event(), []

    def write() -> None:
        try:
            for _ in range(40):
                move(3)
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            faults.append(error)
        finally:
            connection.close()

    def close() -> None:
        try:
            while not stop.is_set():
                close_ledger()
                assert balance_of(fees).amount_minor % 3 == 0
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            faults.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=write) for _ in range(4)]
    closers = [threading.Thread(target=close) for _ in range(2)]
    for thread in [*writers, *closers]:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in closers:
        thread.join()
    assert not faults
    close_ledger()
    assert balance_of(fees) == Money(480, "USD")
    last = AccountClosing.objects.filter(account=fees).order_by("-closing_id").first()
    assert last is not None
    assert last.balance_minor == 480


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_accountclosing SET balance_minor = 0",
        "DELETE FROM billing_accountclosing",
        "TRUNCATE billing_accountclosing",
        "UPDATE billing_ledgerclosing SET up_to_entry = 1",
        "DELETE FROM billing_ledgerclosing",
        "UPDATE billing_entry SET recorded_at = now()",
    ],
)
def test_closings_cannot_be_changed(transactional_db, statement):
    move(5)
    close_ledger()
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert LedgerClosing.objects.count() == 1
