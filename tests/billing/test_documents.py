"""Numbers of invoices and credit notes: consecutive, without a gap, one for each object; kept so by the database."""

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime

import pytest
from django.conf import settings as django_settings
from django.db import DatabaseError, connection, transaction

from billing.checks import ledger_figures
from billing.documents import issuing
from billing.documents.issuing import issue_invoice
from billing.models import Document, DocumentCounter
from billing.selectors import series_of_numbers
from tests.billing.processes import at_once
from tests.factories.accounts import UserFactory
from tests.factories.documents import credit_note, draft, invoice

pytestmark = pytest.mark.django_db(transaction=True)
PROCESSES = 32


def faults():
    return {figure.name: figure.value for figure in ledger_figures() if figure.is_fault and figure.value}


def numbers(kind="invoice"):
    return list(Document.objects.filter(kind=kind).order_by("number").values_list("number", flat=True))


def test_each_kind_and_year_counts_from_one(monkeypatch):
    monkeypatch.setattr(issuing, "now", lambda: datetime(2026, 12, 31, 23, 59, tzinfo=UTC))
    first, second = invoice(), invoice()
    note = credit_note(first)
    monkeypatch.setattr(issuing, "now", lambda: datetime(2027, 1, 1, tzinfo=UTC))
    third = invoice()
    assert [one.full_number for one in (first, second, note, third)] == [
        "INV-2026-000001",
        "INV-2026-000002",
        "CN-2026-000001",
        "INV-2027-000001",
    ]
    assert note.about == first
    assert [(one.kind, one.year, one.given, one.missing) for one in series_of_numbers()] == [
        ("invoice", 2027, 1, ()),
        ("invoice", 2026, 2, ()),
        ("credit_note", 2026, 1, ()),
    ]
    assert faults() == {}


def test_a_year_that_ends_while_waiting_for_the_counter_gives_a_number_of_the_new_one(monkeypatch):
    moments = iter([datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)] + [datetime(2027, 1, 1, tzinfo=UTC)] * 4)
    monkeypatch.setattr(issuing, "now", lambda: next(moments))
    made = invoice()
    assert (made.full_number, made.issued_at.year) == ("INV-2027-000001", 2027)
    assert faults() == {}


def test_a_repetition_gets_the_first_and_takes_no_number():
    made = invoice(object_ref="order:1")
    again = issue_invoice(object_ref="order:1", draft=draft())
    assert again.pk == made.pk
    assert numbers() == [1]
    assert invoice().number == 2


def test_32_processes_leave_no_gap_and_no_double():
    buyer = str(UserFactory().pk)
    answers = at_once("tests.billing.calls:issue_own_invoices", {"user": buyer}, processes=PROCESSES, threads=1)
    assert Counter(answers) == {"ok": PROCESSES}
    assert numbers() == list(range(1, 5 * PROCESSES + 1))
    # The days go up with the numbers.
    moments = list(Document.objects.order_by("number").values_list("issued_at", flat=True))
    assert moments == sorted(moments)
    assert faults() == {}


def test_32_processes_for_one_object_write_one():
    buyer = str(UserFactory().pk)
    answers = at_once("tests.billing.calls:issue_one_invoice", {"user": buyer}, processes=PROCESSES, threads=1)
    assert Counter(answers) == {"ok": PROCESSES}
    assert numbers() == [1]
    assert invoice().number == 2
    assert faults() == {}


def test_a_failure_after_the_number_was_taken_leaves_no_gap(monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(Document.objects, "create", lambda **_facts: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            invoice()
    assert numbers() == []
    assert invoice().number == 1


_DYING = """
import os, signal, django
django.setup()
from django.db.models.signals import {moment}
from billing.models import Document
from marketplace.accounts.models import User
from tests.factories.documents import invoice

def die(**_facts):
    os.kill(os.getpid(), signal.SIGKILL)

{moment}.connect(die, sender=Document)
invoice(User.objects.get(), object_ref="order:1")
"""


@pytest.mark.parametrize("moment", ["pre_save", "post_save"])
def test_a_process_that_is_killed_before_its_commit_leaves_no_gap(moment):
    buyer = UserFactory()
    url = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**django_settings.DATABASES["default"])
    done = subprocess.run(
        [sys.executable, "-c", _DYING.format(moment=moment)],
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "marketplace.settings"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert numbers() == []
    made = invoice(buyer, object_ref="order:1")
    assert made.number == 1
    assert faults() == {}


def test_not_within_another_transaction():
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        invoice()
    assert numbers() == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE billing_document SET net_minor = 1",
        "UPDATE billing_document SET number = 9",
        "DELETE FROM billing_document",
        "TRUNCATE billing_document CASCADE",
        "UPDATE billing_documentcounter SET last = last + 2",
        "UPDATE billing_documentcounter SET last = last - 1",
        "UPDATE billing_documentcounter SET year = 2001",
        "DELETE FROM billing_documentcounter",
        "TRUNCATE billing_documentcounter",
        "INSERT INTO billing_documentcounter (kind, year, last) VALUES ('invoice', 2001, 7)",
        # A number that is taken without a document, seen at commit.
        "UPDATE billing_documentcounter SET last = last + 1",
        # A document whose number is not the counter's.
        "INSERT INTO billing_document (id, kind, year, number, object_ref, user_id, language, net_minor, tax_minor,"
        " currency, frozen, issued_at) SELECT gen_random_uuid(), kind, year, number + 5, 'x:1', user_id, language, 1,"
        " 0, currency, frozen, issued_at FROM billing_document",
    ],
)
def test_the_database_refuses_what_would_change_or_skip(sql):
    made = invoice()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Document.objects.get().facts == made.facts
    assert DocumentCounter.objects.get().last == 1


def test_a_gap_that_somebody_makes_past_the_triggers_is_found():
    for _n in range(3):
        invoice()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE billing_document DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM billing_document WHERE number = 2")
        cursor.execute("ALTER TABLE billing_document ENABLE TRIGGER USER")
    (series,) = series_of_numbers()
    year = series.year
    assert series.missing == (f"INV-{year}-000002",)
    assert faults() == {"document_series_with_gaps": 1}
