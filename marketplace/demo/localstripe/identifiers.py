"""Identifiers with Stripe's prefixes: random, unguessable, base 62."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def random_text(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_id(prefix: str, length: int = 24) -> str:
    """A new id such as ``pi_3QXg1o8vcGmoR32…``; 24 characters of base 62 are 142 bits."""
    return f"{prefix}_{random_text(length)}"
