"""The messages that the outbox has received: one .eml file each, so that they survive a restart."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast
from uuid import uuid4

KEPT = 500


@dataclass(frozen=True)
class Message:
    """One received message, decoded for reading."""

    id: str
    received_at: str
    sender: str
    recipients: list[str]
    subject: str
    text: str


class OutboxStore:
    """A folder of messages, newest first; the oldest above `KEPT` are dropped."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, content: bytes, *, recipients: list[str]) -> str:
        """Keep a message. Returns its id. The file appears whole or not at all."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{uuid4().hex[:8]}"
        envelope = f"X-Outbox-Recipients: {', '.join(recipients)}\r\n".encode()
        draft = self.folder / f".{name}"
        with open(draft, "wb") as file:
            file.write(envelope + content)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self.folder / f"{name}.eml")
        for old in self._files()[KEPT:]:
            old.unlink(missing_ok=True)
        return name

    def messages(self, *, to: str = "") -> list[Message]:
        """All messages, newest first; `to` keeps those that this address received."""
        found = [self._read(path) for path in self._files()]
        return [message for message in found if not to or to.lower() in [r.lower() for r in message.recipients]]

    def clear(self) -> None:
        """Forget every message."""
        for path in self._files():
            path.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.eml"), reverse=True)

    def _read(self, path: Path) -> Message:
        parsed = cast(EmailMessage, message_from_bytes(path.read_bytes(), policy=policy.default))
        body = parsed.get_body(preferencelist=("plain", "html"))
        received_at = datetime.strptime(path.stem[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        return Message(
            id=path.stem,
            received_at=f"{received_at:%Y-%m-%d %H:%M:%S} UTC",
            sender=str(parsed.get("From", "")),
            recipients=[r for r in str(parsed.get("X-Outbox-Recipients", "")).split(", ") if r],
            subject=str(parsed.get("Subject", "")),
            text=str(body.get_content()) if body is not None else "",
        )
