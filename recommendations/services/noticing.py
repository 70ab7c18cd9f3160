"""What a page tells of its visitor: how long a work was in sight, from which list it was opened, what was searched."""

import re
import unicodedata
from uuid import UUID

from marketplace.catalog.models import Work
from recommendations.models import Event
from recommendations.models.events import LONGEST_DWELL_S, LONGEST_QUERY
from recommendations.services.events import Source, record_event
from recommendations.viewers import Viewer

SHORTEST_DWELL_S = 3
LAST_POSITION = 500
# An e-mail address, or so many digits that they may be a telephone or a card.
_OF_A_PERSON = re.compile(r"\S@\S|(?:\d[\s().+-]*){7,}")


def normalised_query(text: str) -> str:
    """``text`` in one writing: NFKC, small letters, single spaces, cut; empty where it may name a person."""
    words = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return "" if _OF_A_PERSON.search(words) else words[:LONGEST_QUERY].strip()


def notice_search(*, query: str, viewer: Viewer) -> bool:
    """Keep what was searched, once a day; False where it may not be kept."""
    words = normalised_query(query)
    return bool(words) and record_event(kind=Event.Kind.SEARCHED, query=words, viewer=viewer)


def notice_dwell(*, work_id: UUID, seconds: float, viewer: Viewer) -> bool:
    """Keep how long a work's page was in sight, the first time on a day; at most LONGEST_DWELL_S.

    False where it was too short, is kept already, or may not be kept.
    """
    if not seconds >= SHORTEST_DWELL_S or not _is_listed_for(work_id, viewer):
        return False
    kept = int(min(seconds, LONGEST_DWELL_S))
    return record_event(kind=Event.Kind.DWELT, work_id=work_id, seconds=kept, viewer=viewer)


def notice_click(*, work_id: UUID, surface: str, position: int, query: str, viewer: Viewer) -> bool:
    """Keep that a work was opened from a list, once a day for each list; False where it may not be kept."""
    if surface not in Event.Surface.values or not 0 <= position <= LAST_POSITION:
        return False
    if not _is_listed_for(work_id, viewer):
        return False
    source = Source(surface, position, normalised_query(query))
    return record_event(kind=Event.Kind.CLICKED, work_id=work_id, source=source, viewer=viewer)


def _is_listed_for(work_id: UUID, viewer: Viewer) -> bool:
    owner = Work.objects.reachable().filter(pk=work_id).values_list("artist__user_id", flat=True).first()
    return owner is not None and owner != viewer.user_id
