"""One POST to a stranger's server: to an address that was looked at, with an end to it, and no redirect followed."""

import http.client
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from marketplace.core.clock import now
from marketplace.integrations.addresses import Target, target_of
from marketplace.integrations.errors import AddressRefused
from marketplace.integrations.models import WebhookAttempt

Error = WebhookAttempt.Error
CONNECT_TIMEOUT_S = 5.0
# From the first look at the name to the last byte that is read; the specification recommends 15 to 30.
TOTAL_TIMEOUT_S = 20.0
KEPT_BYTES = 1024
USER_AGENT = "Atelier-Webhooks/1.0"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``status`` is None where nothing did, and then ``error`` says why."""

    duration_ms: int
    status: int | None = None
    error: str = ""
    start: str = ""
    retry_after_s: int | None = None

    @property
    def is_success(self) -> bool:
        """2xx alone."""
        return self.status is not None and 200 <= self.status < 300


def post(url: str, *, headers: dict[str, str], body: bytes, total_s: float = TOTAL_TIMEOUT_S) -> Answer:
    """Send ``body`` to ``url``. Whatever goes wrong on the way is in the answer."""
    began = time.monotonic()
    deadline = began + total_s

    def failed(error: str) -> Answer:
        too_late = error != Error.ADDRESS and time.monotonic() >= deadline
        return Answer(_ms_since(began), error=Error.TIMEOUT if too_late else error)

    try:
        target = target_of(url)
    except AddressRefused:
        return failed(Error.ADDRESS)
    except OSError:
        return failed(Error.NAME)
    try:
        connected = _connect(target, deadline)
    except TimeoutError:
        return failed(Error.TIMEOUT)
    except OSError:
        return failed(Error.CONNECTION)
    # A time-out of a socket begins anew with every byte; this one ends a server that answers a byte at a time.
    with _ended_at(deadline, connected) as line:
        try:
            answer = _exchange(line.secured(target), target, headers, body)
        except TimeoutError:
            return failed(Error.TIMEOUT)
        except ssl.SSLError:
            return failed(Error.TLS)
        except http.client.HTTPException:
            return failed(Error.ANSWER)
        except OSError:
            return failed(Error.CONNECTION)
    if line.was_cut:  # in the middle of an answer, what came so far may read like a whole one
        return failed(Error.TIMEOUT)
    status, start, retry_after_s = answer
    return Answer(_ms_since(began), status=status, start=start, retry_after_s=retry_after_s)


def _ms_since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def _connect(target: Target, deadline: float) -> socket.socket:
    """A connection to the first of the addresses that answers."""
    last: OSError = OSError("no address")
    for address in target.addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        try:
            return socket.create_connection((address, target.port), timeout=min(CONNECT_TIMEOUT_S, left))
        except OSError as error:
            last = error
    raise last


class _ended_at:
    """Closes a connection at a deadline, whatever is being done on it, and at the end."""

    def __init__(self, deadline: float, connection: socket.socket) -> None:
        self._connection = connection
        self._timer = threading.Timer(max(0.0, deadline - time.monotonic()), self._cut)
        self._timer.daemon = True
        self._deadline = deadline
        self.was_cut = False

    def __enter__(self) -> "_ended_at":
        self._connection.settimeout(max(0.1, self._deadline - time.monotonic()))
        self._timer.start()
        return self

    def secured(self, target: Target) -> socket.socket:
        """The connection, in TLS where the target asks for it; the certificate must be the name's."""
        if target.is_tls:
            context = ssl.create_default_context()
            # Without the handshake: it takes time of theirs, so the timer must know the wrapped connection before.
            wrapped = context.wrap_socket(self._connection, server_hostname=target.host, do_handshake_on_connect=False)
            self._connection = wrapped
            wrapped.do_handshake()
        return self._connection

    def _cut(self) -> None:
        self.was_cut = True
        with suppress(OSError):  # it is closed already, as it should be
            # The plain method: a TLS connection's own would say goodbye first, and wait.
            socket.socket.shutdown(self._connection, socket.SHUT_RDWR)

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._connection.close()


def _exchange(
    connection: socket.socket, target: Target, headers: dict[str, str], body: bytes
) -> tuple[int, str, int | None]:
    speaking = http.client.HTTPConnection(target.host, target.port)
    speaking.sock = connection
    speaking.request(
        "POST",
        target.path,
        body=body,
        headers={
            "Host": target.netloc,
            "User-Agent": USER_AGENT,
            "Content-Type": "application/json; charset=utf-8",
            "Connection": "close",
            **headers,
        },
    )
    response = speaking.getresponse()
    retry_after_s = _seconds(response.getheader("Retry-After"))
    # A NUL cannot stand in the database's text.
    start = response.read(KEPT_BYTES).decode("utf-8", "replace").replace("\x00", "�")
    return response.status, start, retry_after_s


def _seconds(told: str | None) -> int | None:
    """``Retry-After`` in seconds; a date, too, is allowed there. None where it says nothing of use."""
    if told is None:
        return None
    if told.strip().isdigit():
        return min(int(told.strip()[:9]), 10**8)
    try:
        until = parsedate_to_datetime(told)
        return max(0, int((until - now()).total_seconds()))
    except (ValueError, TypeError):
        return None
