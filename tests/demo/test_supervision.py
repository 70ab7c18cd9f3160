"""Children under supervisor: restarted when killed, given up with their last words, stopped in reverse order."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from marketplace.demo.children import DATABASE_GROUP, SERVICES_GROUP, SHOP_GROUP, Child
from marketplace.demo.environment import ordinary
from marketplace.demo.services.errors import ServiceCannotStart
from marketplace.demo.services.readiness import Probe, wait_until_ready
from marketplace.demo.state import State
from marketplace.demo.supervision import Supervisor
from marketplace.demo.watch import Watch

TIMEOUT_S = 120.0


def sleeper(name: str, group: str, diary: Path, **more: object) -> Child:
    command = [sys.executable, "-m", "tests.demo.sleeper", name]
    return Child(name=name, group=group, command=command, environment={"DIARY": str(diary)}, **more)  # type: ignore[arg-type]


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    path = tmp_path / "diary"
    path.touch()
    return path


@pytest.fixture
def supervise(state: State) -> Iterator[Callable[..., Supervisor]]:
    started: list[Supervisor] = []

    def supervise_these(*children: Child) -> Supervisor:
        supervisor = Supervisor(state, children, ordinary_environment=ordinary(os.environ))
        started.append(supervisor)
        supervisor.start()
        supervisor.start_children(child.name for child in children)
        return supervisor

    yield supervise_these
    for supervisor in started:
        supervisor.stop()


def wait(what: str, happened: Callable[[], bool]) -> None:
    wait_until_ready(Probe(what, happened), timeout_s=TIMEOUT_S)


def test_a_killed_child_comes_back(supervise: Callable[..., Supervisor], diary: Path) -> None:
    supervisor = supervise(sleeper("a", SHOP_GROUP, diary))
    wait("the first start", lambda: supervisor.status("a").state == "RUNNING")
    died = supervisor.kill("a")
    wait("the second start", lambda: diary.read_text().count("started a") == 2)
    wait("the new process", lambda: supervisor.status("a").pid not in (0, died))


def test_stopping_goes_in_reverse_order(supervise: Callable[..., Supervisor], diary: Path) -> None:
    children = [
        sleeper("database", DATABASE_GROUP, diary, stop_signal="INT"),
        sleeper("service", SERVICES_GROUP, diary),
        sleeper("web", SHOP_GROUP, diary),
    ]
    supervisor = supervise(*children)
    wait("all starts", lambda: diary.read_text().count("started") == 3)
    supervisor.stop()
    assert not supervisor.is_running()
    stops = [line for line in diary.read_text().splitlines() if line.startswith("stopped")]
    assert stops == ["stopped web", "stopped service", "stopped database"]


def test_children_die_with_a_killed_supervisor(supervise: Callable[..., Supervisor], diary: Path) -> None:
    supervisor = supervise(sleeper("a", SHOP_GROUP, diary))
    wait("the start", lambda: "started a" in diary.read_text())
    assert supervisor.process is not None
    supervisor.process.kill()
    wait("the child's end", lambda: "stopped a" in diary.read_text())


def test_a_child_that_keeps_dying_is_named_with_its_last_words_and_log(
    supervise: Callable[..., Supervisor], state: State
) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('the weights are missing')"]
    supervisor = supervise(Child(name="broken", group=SHOP_GROUP, command=command))
    wait("giving up", lambda: supervisor.status("broken").state == "FATAL")
    with pytest.raises(ServiceCannotStart) as caught:
        supervisor.check_alive("broken")
    assert str(caught.value) == (f"broken does not start: the weights are missing (log: {state.logs / 'broken.log'})")


def test_a_child_sees_its_own_environment_only(
    supervise: Callable[..., Supervisor], state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_live_of_somebody")
    show = [sys.executable, "-c", "import os, time; print(sorted(os.environ), flush=True); time.sleep(600)"]
    supervise(Child(name="curious", group=SHOP_GROUP, command=show, environment={"GIVEN": '50% "quoted" ; $x'}))
    wait("its words", lambda: "GIVEN" in (state.logs / "curious.log").read_text())
    seen = (state.logs / "curious.log").read_text()
    assert "STRIPE_SECRET_KEY" not in seen
    assert (state.run / "curious.environment.json").stat().st_mode & 0o077 == 0


def test_a_long_state_path_still_gets_a_socket(diary: Path, state: State) -> None:
    deep = State(state.root / ("long" * 20))
    deep.prepare()
    supervisor = Supervisor(deep, [sleeper("a", SHOP_GROUP, diary)], ordinary_environment=ordinary(os.environ))
    try:
        supervisor.start()
        assert supervisor.status("a").state == "STOPPED"
    finally:
        supervisor.stop()


def test_the_watch_tells_each_end_once(supervise: Callable[..., Supervisor], diary: Path) -> None:
    supervisor = supervise(sleeper("a", SHOP_GROUP, diary))
    wait("the start", lambda: supervisor.status("a").state == "RUNNING")
    told: list[str] = []
    watch = Watch(told.append)
    watch.look(supervisor.statuses(), now_s=time.monotonic())
    assert told == []
    for crashes in (1, 2, 3):
        died = supervisor.kill("a")

        def back(died: int = died) -> bool:
            status = supervisor.status("a")
            return status.state == "RUNNING" and status.pid != died

        wait(f"start {crashes}", back)
        watch.look(supervisor.statuses(), now_s=100.0 + crashes)
        watch.look(supervisor.statuses(), now_s=100.0 + crashes)
        assert len(told) == crashes
    assert told[0].startswith("a ended and was started again (log: ")
    assert told[2].startswith("a ended 3 times within 60 s, each time started again: ")
