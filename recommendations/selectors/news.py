"""Which works are news in a stretch of time."""

from datetime import datetime

from django.db.models import Q

from marketplace.catalog.audiences import Audience


def news_between(since: datetime, until: datetime) -> Q:
    """Works published after ``since`` and not after ``until``, and those that opened to everybody in that time."""
    opened = Q(audience=Audience.CLUB_FIRST, public_from__gt=since, public_from__lte=until)
    return Q(published_at__gt=since, published_at__lte=until) | opened
