"""Starting: options, ports in use, data that cannot be kept, what is found again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .server import ROOT, Receiver, Server, wait_until

OPTIONS = """host port data webhook webhook-secret public-url secret-key country currency funds-delay-s
threads""".split()  # noqa: SIM905
COMMAND = [sys.executable, "-m", "marketplace.demo.localstripe"]


def run(*arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_help_names_every_option_and_its_variable() -> None:
    told = run("--help").stdout
    for option in OPTIONS:
        assert f"--{option}" in told
        assert f"LOCALSTRIPE_{option.replace('-', '_').upper()}" in told.replace("\n", "").replace(" ", "")


def test_a_port_in_use_is_one_clear_line_and_status_2(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = run("--port", port, "--data", str(tmp_path))
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert f"port {port}" in ended.stderr
    assert "--port" in ended.stderr


def test_a_folder_that_cannot_be_written_is_one_clear_line_and_status_2(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    ended = run("--port", str(_free()), "--data", str(tmp_path / "file"))
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "--data" in ended.stderr


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("arguments", "environment", "word"),
    [
        (["--port", "99999"], {}, "1 to 65535"),
        (["--webhook", "http://127.0.0.1:9/x"], {}, "--webhook-secret"),
        (["--webhook-secret", "secret"], {}, "whsec_"),
        (["--secret-key", "sk_live_x"], {}, "sk_test_"),
        ([], {"LOCALSTRIPE_PORT": "many"}, "many"),
    ],
)
def test_a_wrong_value_says_what_is_right(arguments: list[str], environment: dict[str, str], word: str) -> None:
    ended = run(*arguments, environment=environment)
    assert ended.returncode == 2
    assert word in ended.stderr


def test_objects_are_found_again_after_a_clean_end(another_server: Callable[..., Server]) -> None:
    server = another_server()
    customer = server.client().v1.customers.create({"email": "stays@example.com"})
    server.stop()
    server.start()
    assert server.client().v1.customers.retrieve(customer.id).email == "stays@example.com"


def test_the_port_is_free_at_once_after_the_main_process_alone_was_killed(
    another_server: Callable[..., Server],
) -> None:
    server = another_server()
    process = server._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=30)
    time.sleep(0.2)
    server._process = None
    server.start()
    assert server.client().v1.balance.retrieve().object == "balance"


def test_a_reload_keeps_one_process_delivering(another_server: Callable[..., Server]) -> None:
    receiver = Receiver().start()
    server = another_server(webhook=receiver.url)
    process = server._process
    assert process is not None
    client = server.client(max_network_retries=5)
    ids = []
    for number in range(12):
        ids.append(client.v1.customers.create({"email": f"{number}@example.com"}).id)
        if number == 5:
            process.send_signal(signal.SIGHUP)
    for customer in ids:
        receiver.wait_for("customer.created", customer)
    wait_until(lambda: not client.v1.events.list({"delivery_success": False}).data, what="the last note")
    assert len(receiver.of_type("customer.created")) == len(ids)
    receiver.stop()
