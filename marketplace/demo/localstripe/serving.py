"""Serving with gunicorn: one process with threads, its background work, a clean end."""

from __future__ import annotations

import ctypes
import errno
import signal
import socket
import sqlite3
import sys
from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from .app import create_app
from .background import Background
from .options import Options
from .store import Store

GRACE_S = 5
PR_SET_PDEATHSIG = 1


class Server(BaseApplication):
    """gunicorn with settings of ours.

    The application is built in the worker: SQLite connections do not survive a fork.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._background: Background | None = None
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": f"{self._options.host}:{self._options.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": self._options.threads,
            "graceful_timeout": GRACE_S,
            "timeout": 120,
            "keepalive": 5,
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "proc_name": "localstripe",
            "control_socket_disable": True,
            "post_fork": _die_with_parent,
            "post_worker_init": self._start_background,
            "worker_exit": self._stop_background,
            "when_ready": self._tell_ready,
        }
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        store = Store(self._options.data)
        self._background = Background(store, self._options.data)
        return create_app(self._options, store)

    def _start_background(self, worker: Any) -> None:
        assert self._background is not None
        self._background.start()

    def _stop_background(self, server: Any, worker: Any) -> None:
        if self._background is not None:
            self._background.stop()

    def _tell_ready(self, server: Any) -> None:
        print(f"local Stripe: http://{self._options.host}:{self._options.port} (test payments only)", flush=True)


def _die_with_parent(server: Any, worker: Any) -> None:
    """After ``kill -9`` of the main process its worker must not hold the port.

    Elsewhere than on Linux gunicorn's worker notices by itself within seconds.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def port_problem(options: Options) -> str | None:
    """One line about why the port can't be had, or None. Told before gunicorn, which would try for seconds."""
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.host, options.port))
            probe.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return (
                    f"port {options.port} on {options.host} is in use by another program: stop it, or choose another "
                    "port with --port or LOCALSTRIPE_PORT"
                )
            return f"can't listen on {options.host}:{options.port}: {error.strerror}"
    return None


def serve(options: Options) -> int:
    """Run until a signal ends it. Returns 2 where it can't start."""
    problem = port_problem(options)
    if problem is None:
        try:
            Store(options.data).close()
        except (OSError, sqlite3.Error) as error:
            problem = f"can't keep data in the folder {options.data}: {error}; choose another with --data"
    if problem is not None:
        print(f"local Stripe: {problem}", file=sys.stderr)
        return 2
    Server(options).run()
    return 0
