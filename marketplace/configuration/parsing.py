"""How the values of several settings are read; each raises ValueError with the form that was wanted."""

from pathlib import Path
from urllib.parse import SplitResult, urlsplit

ROOT = Path(__file__).resolve().parent.parent.parent


def url_parts(url: str, *, form: str) -> SplitResult:
    """``url`` in parts with a port that is a number. Its own errors would quote what may be a password."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ValueError(form) from None
    return parts


def web_address(url: str) -> str:
    """``url`` without a slash at its end; one that a browser could open."""
    form = "must begin with http:// or https:// and name a host"
    parts = url_parts(url, form=form)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(form)
    return url.rstrip("/")


def by_currency(text: str, *, form: str) -> dict[str, str]:
    """``USD=1,EUR=2`` as a dictionary. Raises ValueError(form)."""
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        currency, equals, amount = (piece.strip() for piece in part.partition("="))
        if not equals or currency in found:
            raise ValueError(form)
        found[currency] = amount
    return found


def on_loopback(url: str) -> bool:
    return urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}
