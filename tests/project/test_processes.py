"""What runs one function in many processes: it answers for each call, and says what went wrong in a process."""

import os

import pytest

from marketplace.orders.errors import OrderNotFound
from tests.billing import processes
from tests.billing.processes import at_once, wait_for_the_others

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "tests.project.test_processes"


def note(n: int, *, folder: str) -> None:
    print("said by a process that answers nothing with it")
    wait_for_the_others()
    with open(f"{folder}/{n}", "w") as file:
        file.write(str(os.getpid()))
    if n == 1:
        raise OrderNotFound


def die(n: int) -> None:
    if n == 1:
        raise ZeroDivisionError("of the second")


def test_each_call_has_its_answer_and_each_process_is_one(tmp_path):
    for folder in (tmp_path / "first", tmp_path / "second"):
        folder.mkdir()
        assert at_once(f"{HERE}:note", {"folder": str(folder)}, processes=3, threads=2) == [
            *("ok", "order_not_found"),
            *("ok", "ok", "ok", "ok"),
        ]
        ran_in = {(folder / str(n)).read_text() for n in range(6)}
        assert len(ran_in) == 3
        assert str(os.getpid()) not in ran_in


def test_a_process_that_dies_is_told_and_the_next_call_begins_anew():
    with pytest.raises(AssertionError, match="of the second"):
        at_once(f"{HERE}:die", {}, processes=2, threads=1)
    assert at_once(f"{HERE}:die", {}, processes=1, threads=1) == ["ok"]


def test_another_environment_gets_another_parent(tmp_path, monkeypatch):
    at_once(f"{HERE}:note", {"folder": str(tmp_path)}, processes=1, threads=1)
    first = processes._parent
    at_once(f"{HERE}:note", {"folder": str(tmp_path)}, processes=1, threads=1)
    assert processes._parent is first
    monkeypatch.setenv("RESERVE_DAYS", "7")
    at_once(f"{HERE}:note", {"folder": str(tmp_path)}, processes=1, threads=1)
    assert processes._parent is not first
