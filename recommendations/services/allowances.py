"""So much may be told within a minute, and no more: a page tells a few times, a program without end."""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from marketplace.accounts.models import User
from marketplace.core.clock import now
from recommendations.errors import TooMuchTold
from recommendations.models import TellingAllowance

# A person who leafs fast leaves a page a second. Behind one network address there may be many.
MOST_OF_A_PERSON = 90
MOST_OF_AN_ADDRESS = 360
FORGOTTEN_AFTER = timedelta(days=1)

_SPEND = """
INSERT INTO recommendations_tellingallowance AS kept (source, minute, reports) VALUES (%s, %s, 1)
ON CONFLICT (source) DO UPDATE SET
    reports = CASE WHEN kept.minute = excluded.minute THEN kept.reports + 1 ELSE 1 END, minute = excluded.minute
RETURNING reports
"""


def spend_telling(*, person: User | None, address: str) -> None:
    """Count one report of a page. A stranger is known by her network address: a session she could throw away.

    Raises TooMuchTold beyond MOST_OF_A_PERSON or MOST_OF_AN_ADDRESS within a minute of the clock.
    """
    source = f"person:{person.pseudonym}" if person else f"address:{address}"
    key = hmac.new(settings.SECRET_KEY.encode(), f"telling {source}".encode(), hashlib.sha256).hexdigest()
    at = now()
    with connection.cursor() as cursor:
        # One statement: of many at once each gets a number of its own.
        cursor.execute(_SPEND, [key, at.replace(second=0, microsecond=0)])
        (reports,) = cursor.fetchone()
    if reports > (MOST_OF_A_PERSON if person else MOST_OF_AN_ADDRESS):
        raise TooMuchTold(wait_s=60 - at.second)


def forget_allowances(*, at: datetime | None = None) -> int:
    """Delete what was counted a day ago and before; answers how many sources went."""
    gone, _by_model = TellingAllowance.objects.filter(minute__lt=(at or now()) - FORGOTTEN_AFTER).delete()
    return gone
