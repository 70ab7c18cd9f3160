"""The artist takes a work out of the shop, puts it back, and says whom it is for."""

from uuid import UUID

from django.db import transaction

from marketplace.accounts.models import Artist
from marketplace.catalog.audiences import AudienceChoice
from marketplace.catalog.models import Work
from marketplace.catalog.selectors import work_of_artist
from marketplace.catalog.services import list_work, set_audience, unlist_work
from marketplace.licensing.selectors import exclusive_licence_in
from marketplace.provenance.selectors import prints_of
from marketplace.provenance.services import wait_for_other_pictures
from marketplace.publishing.copies import refuse_copies


def take_down(*, artist: Artist | None, work_id: UUID) -> Work:
    """Out of the shop; licences that were sold stay. Raises WorkNotFound, NotYourWork, WorkStateForbids."""
    work = work_of_artist(work_id=work_id, artist=artist)
    unlist_work(work=work)
    return work


def change_audience(*, artist: Artist | None, work_id: UUID, choice: AudienceChoice) -> Work:
    """Whom a work is for from now on; what people bought stays theirs, with page and file.

    Raises WorkNotFound, NotYourWork and AudienceInvalid.
    """
    return set_audience(work=work_of_artist(work_id=work_id, artist=artist), choice=choice)


@transaction.atomic
def put_back(*, artist: Artist | None, work_id: UUID) -> Work:
    """Into the shop again, where no work of the same picture stands in the way.

    Raises WorkNotFound, NotYourWork, WorkStateForbids for what moderation has hidden, and what `refuse_copies` raises:
    while it was away its picture may have been published, and sold, as another work.
    """
    work_of_artist(work_id=work_id, artist=artist)
    wait_for_other_pictures()
    work = work_of_artist(work_id=work_id, artist=artist)
    # The page of what was itself sold exclusively may come back: nothing can be sold there.
    if work.status in (Work.Status.UNLISTED, Work.Status.DRAFT) and exclusive_licence_in(work) is None:
        for print_ in prints_of(work):
            refuse_copies(artist=work.artist, print_=print_, besides=work)
    list_work(work=work)
    return work
