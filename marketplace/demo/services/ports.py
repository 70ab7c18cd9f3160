"""Free ports, and who holds a port that is not free."""

from __future__ import annotations

import errno
import os
import random
import socket

import psutil

from marketplace.demo.services.errors import ServiceCannotStart

# Below the range that the kernel hands to outgoing connections (32768 to 60999), so that a port stays
# free for a restart.
_CHOICE = range(20000, 32000)


def is_free(port: int) -> bool:
    """Whether a server could listen on 127.0.0.1:`port` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def free_ports(count: int) -> list[int]:
    """`count` different ports that are free now, for tests and throw-away services."""
    chosen: list[int] = []
    for port in random.SystemRandom().sample(_CHOICE, len(_CHOICE)):
        if is_free(port):
            chosen.append(port)
            if len(chosen) == count:
                return chosen
    raise ServiceCannotStart(f"No {count} free ports between {_CHOICE.start} and {_CHOICE.stop}.")


def holder(port: int) -> str:
    """Who listens on `port`: "NAME (process PID)", or "another user's process" if the system hides it."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        connections = []
    for connection in connections:
        if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port:
            if connection.pid is None:
                break
            try:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
            except psutil.NoSuchProcess:
                break
    return "another user's process"


def require_free(port: int, *, service: str, variable: str) -> None:
    """Refuse a port that is taken, naming who has it and how to choose another.

    Raises:
        ServiceCannotStart: the port is taken or may not be used.
    """
    if not 1 <= port <= 65535:
        raise ServiceCannotStart(f"{variable}={port} is not a port (1 to 65535).")
    if is_free(port):
        return
    if port < 1024 and os.geteuid() != 0:
        raise ServiceCannotStart(
            f"Port {port} for {service} is reserved to root. Choose one above 1023: {variable}=8000"
        )
    raise ServiceCannotStart(
        f"Port {port} for {service} is used by {holder(port)}. "
        f"Stop that, or choose another port: {variable}={port + 100} make demo"
    )
