"""Load on one address from this process: some connections that each ask again as soon as they are answered."""

from __future__ import annotations

import http.client
import re
import threading
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

TIMEOUT_S = 60


@dataclass(frozen=True)
class Figures:
    """What one page did under load; times in milliseconds."""

    requests: int
    failures: int
    seconds: float
    times_ms: list[float]

    @property
    def per_second(self) -> float:
        """Requests answered in a second, all connections together."""
        return self.requests / self.seconds

    def percentile(self, share: float) -> float:
        """The time that ``share`` of the requests did not exceed."""
        ordered = sorted(self.times_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass
class Visitor:
    """A connection with its cookies, as one browser has."""

    base_url: str
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_S)

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """The status and text of a page; ``form`` is posted."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            body = urlencode(form)
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": self.base_url}
        answer = self._answer("GET" if form is None else "POST", path, body, headers)
        text = answer.read().decode(errors="replace")
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer.status, text

    def _answer(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        try:
            self._connection.request(method, path, body=body, headers=headers)
            return self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            # The server closed a connection that was idle for a while; a browser opens another, too.
            self._connection.close()
            self._connection.request(method, path, body=body, headers=headers)
            return self._connection.getresponse()

    def sign_in(self, email: str, password: str) -> None:
        """Sign in through the form, as a person does. Raises RuntimeError where the shop refuses."""
        _status, page = self.ask("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        if token is None:
            raise RuntimeError("the sign-in page has no form")
        status, _page = self.ask(
            "/accounts/login/", {"login": email, "password": password, "csrfmiddlewaretoken": token.group(1)}
        )
        if status != 302:
            raise RuntimeError(f"signing in as {email} was answered {status}")


def load(visitors: list[Visitor], path: str, *, seconds: float) -> Figures:
    """All ``visitors`` ask for ``path`` at once, over and over, for ``seconds``."""
    times: list[float] = []
    failures = [0]
    lock = threading.Lock()
    begun = time.perf_counter()
    until = begun + seconds

    def ask_again(visitor: Visitor) -> None:
        while time.perf_counter() < until:
            started = time.perf_counter()
            status, _text = visitor.ask(path)
            took_ms = (time.perf_counter() - started) * 1000
            with lock:
                times.append(took_ms)
                failures[0] += status != 200

    threads = [threading.Thread(target=ask_again, args=(visitor,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Figures(len(times), failures[0], time.perf_counter() - begun, times)
