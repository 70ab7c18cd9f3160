"""What can be set, by command line or environment, and what a wrong value says."""

from __future__ import annotations

import argparse
import os
import re
from dataclasses import dataclass
from pathlib import Path

DEFAULT_PORT = 12111


@dataclass(frozen=True)
class Options:
    """Everything a server needs to know. ``public_url`` is empty where callers' own Host header shall decide."""

    host: str
    port: int
    data: Path
    webhook_url: str
    webhook_secret: str
    public_url: str
    secret_key: str
    country: str
    currency: str
    funds_delay_s: int
    threads: int


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: give a number from 1 to 65535")
    return int(text)


def _url(text: str) -> str:
    if text and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a URL that begins with http:// or https://")
    return text


def _webhook_secret(text: str) -> str:
    if text and not text.startswith("whsec_"):
        raise argparse.ArgumentTypeError("a webhook secret begins with whsec_")
    return text


def _secret_key(text: str) -> str:
    if text and not text.startswith("sk_test_"):
        raise argparse.ArgumentTypeError("a test server's secret key begins with sk_test_")
    return text


def _matching(pattern: str, meaning: str) -> object:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise argparse.ArgumentTypeError(f"{text!r} is not {meaning}")
        return text

    return check


def _seconds(text: str) -> int:
    if not text.isdigit() or int(text) > 30 * 24 * 3600:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds from 0 to 30 days")
    return int(text)


def _threads(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of threads from 1 to 64")
    return int(text)


def parse(arguments: list[str] | None = None) -> Options:
    """Options from the command line, then the environment, then defaults. A wrong value ends with status 2."""
    parser = argparse.ArgumentParser(
        prog="python -m marketplace.demo.localstripe",
        description="A local payment service for the official stripe SDK: test payments only, no real money. "
        "Point the SDK at it with stripe.api_base (or StripeClient(base_addresses={'api': ...})) and any key that "
        "begins with sk_test_.",
        epilog="Each option can also be set in the environment: LOCALSTRIPE_PORT, LOCALSTRIPE_DATA and so on.",
    )

    def add(name: str, *, type: object, default: object, help: str, metavar: str) -> None:
        variable = "LOCALSTRIPE_" + name.strip("-").replace("-", "_").upper()
        parser.add_argument(
            name,
            type=type,  # type: ignore[arg-type]
            default=os.environ.get(variable, default),
            help=f"{help} [{variable}; default: {default or 'none'}]",
            metavar=metavar,
        )

    add("--host", type=str, default="127.0.0.1", metavar="ADDRESS", help="address to listen on")
    add("--port", type=_port, default=str(DEFAULT_PORT), metavar="PORT", help="port to listen on")
    add("--data", type=Path, default=".localstripe", metavar="DIR", help="folder that keeps all objects")
    add("--webhook", type=_url, default="", metavar="URL", help="where every event is delivered")
    add(
        "--webhook-secret",
        type=_webhook_secret,
        default="",
        metavar="WHSEC",
        help="secret that signs those deliveries; needed with --webhook",
    )
    add(
        "--public-url",
        type=_url,
        default="",
        metavar="URL",
        help="address of this server in links to its pages, where it differs from the one the caller used",
    )
    add(
        "--secret-key",
        type=_secret_key,
        default="",
        metavar="KEY",
        help="the only API key to accept; without it every sk_test_ key is",
    )
    add(
        "--country",
        type=_matching(r"[A-Z]{2}", "a country of two capital letters, such as US"),
        default="US",
        metavar="CC",
        help="country of the platform's account",
    )
    add(
        "--currency",
        type=_matching(r"[a-z]{3}", "a currency of three small letters, such as usd"),
        default="usd",
        metavar="CUR",
        help="default currency",
    )
    add(
        "--funds-delay-s",
        type=_seconds,
        default=str(2 * 24 * 3600),
        metavar="SECONDS",
        help="how long a card payment is pending before its money is available (2 days on Stripe)",
    )
    add("--threads", type=_threads, default="16", metavar="N", help="requests served at once")
    values = parser.parse_args(arguments)
    if values.webhook and not values.webhook_secret:
        parser.error("--webhook needs --webhook-secret whsec_... so that the receiver can verify its events")
    return Options(
        host=values.host,
        port=values.port,
        data=values.data,
        webhook_url=values.webhook,
        webhook_secret=values.webhook_secret,
        public_url=values.public_url.rstrip("/"),
        secret_key=values.secret_key,
        country=values.country,
        currency=values.currency,
        funds_delay_s=values.funds_delay_s,
        threads=values.threads,
    )
