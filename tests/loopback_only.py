"""Tests reach nothing outside this machine: a connection or name look-up beyond loopback raises."""

from __future__ import annotations

import ipaddress
import socket
import sys
from typing import Any


class ReachedOutside(RuntimeError):
    """A test tried to reach something outside this machine."""


_OWN_NAMES = {"", "localhost", "0.0.0.0", "::", socket.gethostname(), socket.gethostname().split(".")[0]}
_armed = False


def _is_inside(host: object) -> bool:
    if host is None:
        return True
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    if name in _OWN_NAMES:
        return True
    try:
        return ipaddress.ip_address(name.split("%")[0]).is_loopback
    except ValueError:
        return False


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        connection, address = arguments
        if isinstance(address, tuple) and not _is_inside(address[0]):
            raise ReachedOutside(f"a test tried to reach {address[0]}; tests use loopback only ({connection})")
    elif event == "socket.getaddrinfo" and not _is_inside(arguments[0]):
        raise ReachedOutside(f"a test tried to look up {arguments[0]}; tests use loopback only")


def forbid_the_outside() -> None:
    """Arm the guard for the rest of this process (an audit hook cannot be removed)."""
    global _armed
    if not _armed:
        sys.addaudithook(_audit)
        _armed = True
