"""`manage.py seed_demo`: fill an empty shop with the demo's people, works and history."""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from marketplace.demo.seed import history, people, sales, works
from marketplace.demo.seed.set_up import set_up_django


def _publish(recipe: works.Recipe, handle: str) -> bool:
    from marketplace.accounts.selectors import artist_by_handle

    artist = artist_by_handle(handle)
    assert artist is not None
    return works.publish_seed(recipe, artist=artist) is not None


class Command(BaseCommand):
    help = "Fill an empty shop with the demo's people, works and history. Runs again where it was cut off."

    def add_arguments(self, parser: CommandParser) -> None:
        configuration = settings.CONFIGURATION
        parser.add_argument("--works", type=int, default=configuration.demo_works, help="at most this many works")
        parser.add_argument("--sales", type=int, default=configuration.demo_sales, help="checkouts to pay for")
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 2)

    def handle(self, **options: Any) -> None:
        password = os.environ.get("ATELIER_DEMO_PASSWORD", "")
        if not password:
            raise CommandError("ATELIER_DEMO_PASSWORD: set the password of the demo's accounts")
        artists = people.seed_artists(password)
        buyers = people.seed_buyers(password)
        people.seed_moderator(password)
        people.seed_administrator(password)
        left = works.not_published_yet()[: options["works"]]
        connections.close_all()
        with ProcessPoolExecutor(
            options["processes"], mp_context=get_context("spawn"), initializer=set_up_django
        ) as pool:
            done = list(pool.map(_publish, left, [artists[r.artist % len(artists)].handle for r in left], chunksize=8))
        self.stdout.write(f"works: {sum(done)} published, {len(done) - sum(done)} too alike")
        self.stdout.write(f"events: {history.seed_history(buyers)}")
        self.stdout.write(f"sales: {sales.seed_sales(buyers, most=options['sales'])}")
