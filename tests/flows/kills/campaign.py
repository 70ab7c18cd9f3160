"""One operation killed after its first, second, third … statement, each time on a new object of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.flows.kills.killer import Killer

MOST_STATEMENTS = 400


@dataclass(frozen=True)
class Operation:
    """``prepare`` makes what it works on, and answers the call's arguments; ``restart`` is what comes after a crash (a
    sweep, a webhook that is sent again, a person who presses again); ``state`` is what is compared, without ids and
    times. The last two get the arguments.
    """

    function: str
    prepare: Callable[[], dict[str, Any]]
    restart: Callable[[dict[str, Any]], None]
    state: Callable[[dict[str, Any]], object]


def kill_after_each_statement(killer: Killer, operation: Operation, *, stride: int) -> int:
    """After every ``stride``-th one; answers how many statements there are."""

    def state_after(kill_after: int | None) -> tuple[bool, int, object]:
        arguments = operation.prepare()
        asked = {} if kill_after is None else {"kill_after": kill_after}
        ended = killer.call(f"tests.flows.kills.operations:{operation.function}", arguments, **asked)
        operation.restart(arguments)
        return ended.was_killed, ended.statements, operation.state(arguments)

    was_killed, statements, wanted = state_after(None)
    assert not was_killed
    assert 1 < statements < MOST_STATEMENTS
    kills = 0
    for kill_after in range(1, statements + 1, stride):
        was_killed, _none, found = state_after(kill_after)
        assert found == wanted, f"{operation.function}, killed after statement {kill_after} of {statements}"
        kills += was_killed
    assert kills > 0
    print(f"{operation.function}: {statements} statements, {kills} kills")
    return statements
