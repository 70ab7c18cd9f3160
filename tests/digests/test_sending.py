"""A letter goes out once: of workers at once one sends, and one that dies after it leaves nothing to send again."""

import os
import smtplib
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from procrastinate.contrib.django.models import ProcrastinateJob

from marketplace.core.clock import now
from marketplace.core.errors import Retryable
from marketplace.digests import tasks
from marketplace.digests.models import Digest
from marketplace.digests.selectors import letters_left_behind
from marketplace.digests.services import compose_due, send_digest, unsubscribe
from marketplace.digests.unsubscribing import Unsubscription
from recommendations.services import delete_search
from tests.billing.processes import at_once
from tests.digests.readers import searcher, tomorrow
from tests.factories.recommendations import indexed_work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_spaces")]


@pytest.fixture
def jobs_before(db) -> list[int]:
    """What tests with real transactions have left in the queue."""
    return list(ProcrastinateJob.objects.values_list("pk", flat=True))


@pytest.fixture
def digest() -> Digest:
    """A letter that waits."""
    owner = searcher("sunset")
    indexed_work(title="Sunset")
    (written,) = compose_due(reader_id=owner.pk, at=tomorrow())
    Digest.objects.update(written_at=now())
    return Digest.objects.get(pk=written.pk)


def state(digest: Digest) -> str:
    return Digest.objects.get(pk=digest.pk).state


@pytest.mark.django_db(transaction=True)
def test_eight_workers_send_one_letter(outbox, digest):
    codes = at_once("tests.digests.calls:send", {"digest": str(digest.pk)}, processes=4, threads=2)
    assert codes == ["ok"] * 8
    assert state(digest) == "sent"
    assert len(outbox.letters(to=digest.reader.email)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_after_sending_leads_to_no_second_letter(outbox, digest):
    url = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**django_settings.DATABASES["default"])
    died = subprocess.run(
        [sys.executable, "-m", "tests.digests.sender", str(digest.pk)],
        env={**os.environ, "DATABASE_URL": url, "ATELIER_PROFILE": "test"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert died.returncode == 9, died.stderr
    assert state(digest) == "sending"
    assert not send_digest(digest_id=digest.pk)
    Digest.objects.update(written_at=now() - timedelta(hours=1))
    assert letters_left_behind(at=now(), most=9) == []
    assert len(outbox.letters(to=digest.reader.email)) == 1


class Refusing:
    """What the mail server answers."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __call__(self, *_args: object, **_more: object) -> int:
        raise self.error


def answer_with(monkeypatch, error: Exception) -> None:
    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", Refusing(error))


@pytest.mark.parametrize("error", [smtplib.SMTPConnectError(421, b"busy"), ConnectionRefusedError()])
def test_a_letter_that_was_surely_not_taken_is_sent_later(digest, monkeypatch, mailoutbox, error):
    with monkeypatch.context() as patched:
        answer_with(patched, error)
        with pytest.raises(Retryable):
            send_digest(digest_id=digest.pk)
    assert state(digest) == "waiting"
    assert send_digest(digest_id=digest.pk)
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("error", [smtplib.SMTPServerDisconnected(), TimeoutError()])
def test_a_letter_that_may_have_been_taken_is_not_sent_again(digest, monkeypatch, mailoutbox, error):
    with monkeypatch.context() as patched:
        answer_with(patched, error)
        with pytest.raises(type(error)):
            send_digest(digest_id=digest.pk)
    assert not send_digest(digest_id=digest.pk)
    assert not mailoutbox


def test_an_address_that_is_refused_for_good_is_not_tried_again(digest, monkeypatch):
    answer_with(monkeypatch, smtplib.SMTPRecipientsRefused({digest.reader.email: (550, b"no such person")}))
    assert not send_digest(digest_id=digest.pk)
    assert state(digest) == "dropped"


def _unsubscribed(digest):
    unsubscribe(from_what=Unsubscription(digest.reader_id, "searches"))


def _search_deleted(digest):
    delete_search(owner=digest.reader, search_id=digest.told.get().search_id)


def _account_closed(digest):
    type(digest.reader).objects.filter(pk=digest.reader_id).update(is_active=False)


def _grown_old(digest):
    Digest.objects.update(written_at=now() - timedelta(days=4))


def _sold(digest):
    digest.told.get().work.__class__.objects.update(sold_exclusively=True)


@pytest.mark.parametrize("happened", [_unsubscribed, _search_deleted, _account_closed, _grown_old, _sold])
def test_a_letter_that_is_no_longer_wanted_or_says_nothing_is_dropped(digest, mailoutbox, happened):
    happened(digest)
    assert not send_digest(digest_id=digest.pk)
    assert state(digest) == "dropped"
    assert not mailoutbox


def test_the_jobs_take_up_who_is_due_and_what_was_left_behind(jobs_before, digest):
    jobs = ProcrastinateJob.objects.exclude(pk__in=jobs_before)
    assert list(jobs.filter(task_name="digests.send").values_list("args", flat=True)) == [{"digest_id": str(digest.pk)}]
    Digest.objects.update(written_at=now() - timedelta(minutes=11))
    other = searcher("sea")
    other.saved_searches.update(next_look_at=now())
    for _ in range(2):
        tasks.tend.func(timestamp=0)
    assert jobs.filter(task_name="digests.send").count() == 2
    assert list(jobs.filter(task_name="digests.compose").values_list("args", flat=True)) == [
        {"reader_id": str(other.pk)}
    ]
