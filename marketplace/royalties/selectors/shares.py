"""Reads on collaborators' shares."""

from uuid import UUID

from django.db.models import QuerySet

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.royalties.errors import NotYourShare, ShareNotFound
from marketplace.royalties.models import WorkShare


def shares_in(work: Work) -> "QuerySet[WorkShare]":
    """All shares in a work that were ever offered, the newest first."""
    return WorkShare.objects.filter(work=work).select_related("artist", "work__artist").order_by("-offered_at")


def collaborators_of(work: Work) -> "QuerySet[WorkShare]":
    """The shares that count now; each ``artist`` is a collaborator on the work."""
    return shares_in(work).filter(state=WorkShare.State.ACCEPTED, artist__user__is_active=True)


def shares_of(artist: Artist) -> "QuerySet[WorkShare]":
    """The shares that ``artist`` was offered in others' works, with the works' texts; the newest first."""
    return _with_works(WorkShare.objects.filter(artist=artist))


def shares_given_by(artist: Artist) -> "QuerySet[WorkShare]":
    """The shares that ``artist`` has offered in her own works; the newest first."""
    return _with_works(WorkShare.objects.filter(work__artist=artist))


def _with_works(shares: "QuerySet[WorkShare]") -> "QuerySet[WorkShare]":
    return shares.select_related("artist", "work__artist").prefetch_related("work__texts").order_by("-offered_at")


def share_for(*, share_id: UUID, artist: Artist | None) -> WorkShare:
    """The share, for the work's artist and the one that it was offered to. Raises ShareNotFound, NotYourShare."""
    share = WorkShare.objects.select_related("work", "artist").filter(pk=share_id).first()
    if share is None:
        raise ShareNotFound
    if artist is None or artist.pk not in {share.artist_id, share.work.artist_id}:
        raise NotYourShare
    return share
