"""Home, search, a work's page and the studio under load: `make bench-web`.

Starts the whole shop with its demo's works on free ports and asks it from this process, which is another than the
server's. Prints requests per second, median and 95th percentile in milliseconds, and queries for each page.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from urllib.parse import quote

from tests.bench.load import Visitor, load
from tests.running_shop import RunningShop


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Requests per second and latency of the main pages.")
    parser.add_argument("--seconds", type=float, default=8.0, help="how long each page is under load (default 8)")
    parser.add_argument("--connections", type=int, default=4, help="how many ask at once (default 4)")
    given = parser.parse_args()
    shop = RunningShop()
    try:
        shop.start(seed=True)
        failures = measure(shop, seconds=given.seconds, connections=given.connections)
    finally:
        shop.stop()
    if failures:
        sys.exit(f"{failures} requests were not answered with a page")


def measure(shop: RunningShop, *, seconds: float, connections: int) -> int:
    """Print the figures of every page; returns how many requests failed."""
    work = shop.rows("SELECT id, slug FROM catalog_work WHERE status = 'listed' AND NOT sold_exclusively LIMIT 1")[0]
    email = shop.rows(
        "SELECT u.email FROM accounts_user u JOIN accounts_artist a ON a.user_id = u.id "
        "WHERE u.password NOT LIKE '!%%' ORDER BY u.date_joined LIMIT 1"
    )[0]["email"]
    pages = {
        "home": ("/", ""),
        "home_signed_in": ("/", email),
        "search": ("/search?q=sunset", ""),
        "search_chinese": (f"/search?q={quote('日落')}", ""),
        "work": (f"/works/{work['id']}/{quote(work['slug'])}", ""),
        "studio": ("/studio", email),
    }
    failures = 0
    for name, (path, person) in pages.items():
        visitors = [Visitor(shop.url) for _n in range(connections)]
        for visitor in visitors:
            if person:
                visitor.sign_in(person, shop.demo_password)
            visitor.ask(path)  # every visitor has a session, every server process its encoders
        figures = load(visitors, path, seconds=seconds)
        failures += figures.failures
        for key, value in (
            ("requests_per_s", f"{figures.per_second:.1f}"),
            ("median_ms", f"{figures.percentile(0.5):.0f}"),
            ("p95_ms", f"{figures.percentile(0.95):.0f}"),
            ("queries", str(queries_of(shop, path, person))),
        ):
            sys.stdout.write(f"{name}_{key}: {value}\n")
            sys.stdout.flush()
    return failures


def queries_of(shop: RunningShop, path: str, person: str) -> int:
    """How many statements the page sends to the database when it is asked for again."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.queries", person or "-", path],
        env=os.environ | shop.settings,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return int(done.stdout.strip().rsplit(": ", 1)[1])


if __name__ == "__main__":
    main()
