"""Counters from events, made so that nobody moves her own works by pretending to be many.

The events stay the source; this can run at any time, also twice at once. docs/fairness.md says why each rule is there.
"""

import hashlib
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from marketplace.core.clock import now
from recommendations.services.counting import COUNT

HALF_LIFE_DAYS = 10.0
WINDOW_DAYS = 90
WEIGHTS = {"viewed": 1.0, "liked": 4.0, "unliked": -4.0, "bought": 10.0}
RULES = {
    # Whatever a viewer does, to a work: so many looks, and one like.
    "most_looks": 2.0,
    # To all works of one artist together; of purchases apart, because they cost money.
    "most_to_an_artist": 10.0,
    "most_bought_from_an_artist": 20.0,
    # A viewer is known when her first and her last act lie so far apart.
    "known_after_days": 2.0,
    # Who gives one artist this share of all she does counts nothing for that artist.
    "too_much": 1 / 3,
    # With so many known persons, strangers and newcomers no longer count by themselves.
    "grown_up_with": 20.0,
    # What sessions say adds at most this share to what persons say.
    "sessions_at_most": 0.5,
}


@transaction.atomic
def refresh_popularity(*, at: datetime | None = None) -> int:
    """Count the events of the last WINDOW_DAYS anew for every published work; returns how many works were counted."""
    values: dict[str, datetime | float] = {
        "at": at or now(),
        "half_life_days": HALF_LIFE_DAYS,
        "window_days": WINDOW_DAYS,
        **_secret_hashes(),
        **WEIGHTS,
        **RULES,
    }
    with connection.cursor() as cursor:
        # Sums over all events of a quarter: better in memory than in files.
        cursor.execute("SELECT set_config('work_mem', '128MB', true)")
        cursor.execute(COUNT, values)
        return int(cursor.rowcount)


def _secret_hashes() -> dict[str, int]:
    """Seeds of the hashes that tell crowds: secret, so that nobody can choose works to fall into different ones."""
    digest = hashlib.sha256(f"crowds {settings.SECRET_KEY}".encode()).digest()
    return {f"hash_{n + 1}": int.from_bytes(digest[7 * n : 7 * n + 7]) for n in range(4)}
