"""The artist takes a work out of the shop, and puts it back."""

from uuid import UUID

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.catalog.selectors import work_of_artist
from marketplace.catalog.services import list_work, unlist_work


def take_down(*, artist: Artist | None, work_id: UUID) -> Work:
    """Out of the shop; licences that were sold stay. Raises WorkNotFound, NotYourWork, WorkStateForbids."""
    work = work_of_artist(work_id=work_id, artist=artist)
    unlist_work(work=work)
    return work


def put_back(*, artist: Artist | None, work_id: UUID) -> Work:
    """Into the shop again. Raises WorkNotFound, NotYourWork, and WorkStateForbids for what moderation has hidden."""
    work = work_of_artist(work_id=work_id, artist=artist)
    list_work(work=work)
    return work
