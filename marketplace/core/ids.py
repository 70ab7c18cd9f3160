"""Identifiers that may be seen by the public: they do not count what exists."""

import secrets
from uuid import UUID

import uuid6

# Crockford's base 32 without the letters that are misread: I, L, O, U.
_READABLE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): sorts by time of making, tells nothing of how many there are."""
    return UUID(int=uuid6.uuid7().int)


def new_number(prefix: str, *, groups: int = 3) -> str:
    """A number that a person can read out, e.g. ``AT-7K2M-Q9XD-0FHW``: 20 random bits per group of four."""
    parts = ["".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(groups)]
    return "-".join([prefix, *parts])
