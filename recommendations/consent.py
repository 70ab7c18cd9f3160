"""Under which key an event may be kept, or that it may not be kept at all. The one place that decides it.

==================  =========================  =====================  ==================
the viewer          says yes                   has not answered       says no, or GPC/DNT
==================  =========================  =====================  ==================
what she asks for   her key                    a person: her key      nothing
(like, save, hide)                             a stranger: nothing
looks, carts        her key                    a key of that day      nothing
purchases           her key                    a person: her key      a key of that day
dwell, searches,    her key                    nothing                nothing
clicks
==================  =========================  =====================  ==================

A key of the day is made with a salt that is deleted soon after the day: it counts, and tells nobody who it was. What
a person likes, saves and hides is kept as such in any case (``Like``, ``Save``, ``HiddenWork``), as she asked for it.
"""

import hashlib
import secrets
from datetime import date

from django.db import connection

from recommendations.models import CountingSalt, Event, FeedSettings
from recommendations.viewers import Consent, Viewer

Kind = Event.Kind
ASKED_FOR = frozenset(
    {Kind.LIKED, Kind.UNLIKED, Kind.SAVED, Kind.UNSAVED, Kind.HIDDEN, Kind.UNHIDDEN, Kind.FOLLOWED, Kind.UNFOLLOWED}
)
COUNTED = frozenset({Kind.VIEWED, Kind.CARTED, Kind.BOUGHT})


def consent_of(viewer: Viewer) -> Consent:
    """What the viewer said; one query for a person whose answer the caller has not read yet."""
    if viewer.consent is not None:
        return viewer.consent
    if viewer.user_id is None and viewer.key.startswith("s:"):
        return Consent.GIVEN
    stored = FeedSettings.objects.filter(pk=viewer.key).values_list("consent", flat=True).first()
    return Consent(stored) if stored else Consent.UNASKED


def key_for_event(*, kind: Event.Kind, viewer: Viewer, day: date) -> str | None:
    """What ``Event.viewer`` may be for this; None where the event may not be kept."""
    consent = consent_of(viewer)
    if consent == Consent.GIVEN and not viewer.key.startswith("n:"):
        return viewer.key
    is_person = viewer.key.startswith("p:")
    if consent == Consent.REFUSED:
        return _key_of_day(viewer, day) if kind == Kind.BOUGHT else None
    if is_person and kind in ASKED_FOR | {Kind.BOUGHT}:
        return viewer.key
    return _key_of_day(viewer, day) if kind in COUNTED else None


def _key_of_day(viewer: Viewer, day: date) -> str:
    return f"s:{hashlib.sha256(f'{_salt_of(day)} {viewer.key}'.encode()).hexdigest()[:40]}"


def _salt_of(day: date) -> str:
    found = CountingSalt.objects.filter(day=day).values_list("salt", flat=True).first()
    if found is None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO recommendations_countingsalt (day, salt) VALUES (%s, %s) ON CONFLICT (day) DO NOTHING",
                [day, secrets.token_hex(32)],
            )
        found = CountingSalt.objects.values_list("salt", flat=True).get(day=day)
    return found
