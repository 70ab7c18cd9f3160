"""What a test reads from the outbox."""

from __future__ import annotations

import json
import re
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

WAIT_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Letter:
    """One message as its reader sees it."""

    sender: str
    recipients: list[str]
    subject: str
    text: str

    @property
    def links(self) -> list[str]:
        """The web addresses in the text, in order."""
        return re.findall(r"https?://[^\s<>\"']+", self.text)


class OutboxReader:
    """A client of the outbox's JSON."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def letters(self, *, to: str = "") -> list[Letter]:
        """The messages so far, newest first."""
        query = urllib.parse.urlencode({"to": to})
        with urllib.request.urlopen(f"{self.url}/messages.json?{query}", timeout=30) as answer:
            found: list[dict[str, Any]] = json.load(answer)
        return [Letter(m["sender"], m["recipients"], m["subject"], m["text"]) for m in found]

    def wait_for(self, *, to: str, subject: str = "") -> Letter:
        """The newest message to `to` whose subject contains `subject`, as soon as there is one.

        Raises:
            AssertionError: none came; what did come is in the message.
        """
        deadline = time.monotonic() + WAIT_TIMEOUT_S
        while True:
            for letter in self.letters(to=to):
                if subject.lower() in letter.subject.lower():
                    return letter
            if time.monotonic() > deadline:
                subjects = [letter.subject for letter in self.letters()]
                raise AssertionError(f"no message {subject!r} came to {to}; the outbox holds {subjects}")
            time.sleep(0.1)

    def clear(self) -> None:
        """Forget every message."""
        request = urllib.request.Request(f"{self.url}/messages", method="DELETE")
        with urllib.request.urlopen(request, timeout=30):
            return
