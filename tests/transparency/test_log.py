"""The log: only added to, each line on the last, also by many at once; a change made behind its back is found."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from marketplace.core.clock import now
from marketplace.core.ids import new_id
from marketplace.transparency.chain import entry_hash
from marketplace.transparency.models import LogEntry
from marketplace.transparency.selectors import review_log, signed_log_head
from marketplace.transparency.services import append_log, verify_statement


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _append(name: str) -> LogEntry:
    return append_log(kind="thing_happened", subject=f"thing:{name}", payload_sha256=_sha(name))


@pytest.mark.django_db
def test_lines_follow_each_other():
    entries = [_append(name) for name in "abc"]
    assert [entry.sequence for entry in entries] == [1, 2, 3]
    assert entries[0].previous_hash == "0" * 64
    assert entries[2].previous_hash == entries[1].entry_hash
    review = review_log()
    assert review.is_whole
    assert (review.entries, review.head_hash) == (3, entries[2].entry_hash)


@pytest.mark.django_db
def test_the_same_line_twice_is_one():
    first, again = _append("a"), _append("a")
    assert first.pk == again.pk
    assert LogEntry.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "bad",
    [
        {"payload_sha256": "short"},
        {"payload_sha256": "G" * 64},
        {"kind": ""},
        {"subject": "two\nlines"},
    ],
)
def test_what_cannot_be_a_line_is_refused(bad):
    with pytest.raises(ValueError):
        append_log(**{"kind": "k", "subject": "s", "payload_sha256": _sha("x"), **bad})
    assert not LogEntry.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE transparency_logentry SET subject = 'other' WHERE sequence = 1",
        "DELETE FROM transparency_logentry WHERE sequence = 2",
        "TRUNCATE transparency_logentry",
    ],
)
def test_the_database_refuses_to_change_a_line(statement):
    _append("a")
    _append("b")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert review_log().entries == 2


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["gap", "wrong previous", "wrong hash"])
def test_the_database_refuses_a_line_that_does_not_follow(fault):
    last = _append("a")
    fields = {
        "sequence": 3 if fault == "gap" else 2,
        "kind": "k",
        "subject": "s",
        "payload_sha256": _sha("x"),
        "logged_at": now(),
        "previous_hash": "1" * 64 if fault == "wrong previous" else last.entry_hash,
    }
    entry_id = new_id()
    good = entry_hash(entry_id=entry_id, **fields)
    with pytest.raises(DatabaseError, match=r"does not follow|another hash"), transaction.atomic():
        LogEntry.objects.create(id=entry_id, **fields, entry_hash="2" * 64 if fault == "wrong hash" else good)
    assert LogEntry.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "place"),
    [
        ("UPDATE transparency_logentry SET subject = 'thing:z' WHERE sequence = 2", 2),
        ("UPDATE transparency_logentry SET logged_at = logged_at + interval '1 microsecond' WHERE sequence = 3", 3),
        ("UPDATE transparency_logentry SET payload_sha256 = repeat('a', 64) WHERE sequence = 1", 1),
        ("DELETE FROM transparency_logentry WHERE sequence = 2", 3),
    ],
)
def test_a_change_behind_the_triggers_is_found(change, place):
    """The table's owner can switch triggers off; the hashes tell all the same."""
    for name in "abcd":
        _append(name)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE transparency_logentry DISABLE TRIGGER USER")
        cursor.execute(change)
        cursor.execute("ALTER TABLE transparency_logentry ENABLE TRIGGER USER")
    assert review_log().broken_at == place
    with pytest.raises(CommandError, match=f"broken at entry {place}"):
        call_command("check_log")


@pytest.mark.django_db
def test_a_log_rewritten_from_the_first_line_is_found_by_a_head_that_was_kept():
    for name in "abc":
        _append(name)
    head = verify_statement(signed_log_head())
    kept = f"{head['entries']}:{head['head_hash']}"
    out = StringIO()
    call_command("check_log", "--head", kept, stdout=out)
    assert "the log is whole: 3 entries" in out.getvalue()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE transparency_logentry DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM transparency_logentry")
        cursor.execute("ALTER TABLE transparency_logentry ENABLE TRIGGER USER")
    for name in "axc":
        _append(name)
    assert review_log().is_whole
    with pytest.raises(CommandError, match="replaced"):
        call_command("check_log", "--head", kept)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_chain():
    def work(thread: int) -> None:
        try:
            for number in range(5):
                with transaction.atomic():
                    _append(f"{thread}-{number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    review = review_log()
    assert review.is_whole
    assert review.entries == 40


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_fails_leaves_no_line_and_no_gap():
    _append("a")
    with transaction.atomic():
        _append("lost")
        transaction.set_rollback(True)
    _append("b")
    assert [entry.sequence for entry in LogEntry.objects.all()] == [1, 2]
    assert review_log().is_whole
