"""Reads on collaborators' shares."""

from uuid import UUID

from django.db.models import Case, QuerySet, When

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.royalties.errors import NotYourShare, ShareNotFound
from marketplace.royalties.models import WorkShare


def shares_in(work: Work) -> "QuerySet[WorkShare]":
    """All shares in a work that were ever offered, those that are open first, then the newest."""
    return _open_first(WorkShare.objects.filter(work=work)).select_related("artist", "work__artist")


def collaborators_of(work: Work) -> "QuerySet[WorkShare]":
    """The shares that count now; each ``artist`` is a collaborator on the work."""
    return shares_in(work).filter(state=WorkShare.State.ACCEPTED, artist__user__is_active=True)


def shares_of(artist: Artist) -> "QuerySet[WorkShare]":
    """The shares that ``artist`` was offered in others' works, with the works' texts; in the order of `shares_in`."""
    return _with_works(WorkShare.objects.filter(artist=artist))


def shares_given_by(artist: Artist) -> "QuerySet[WorkShare]":
    """The shares that ``artist`` has offered in her own works; in the order of `shares_in`."""
    return _with_works(WorkShare.objects.filter(work__artist=artist))


def _with_works(shares: "QuerySet[WorkShare]") -> "QuerySet[WorkShare]":
    return _open_first(shares).select_related("artist", "work__artist").prefetch_related("work__texts")


def _open_first(shares: "QuerySet[WorkShare]") -> "QuerySet[WorkShare]":
    return shares.order_by(Case(When(state__in=WorkShare.OPEN, then=0), default=1), "-offered_at")


def share_for(*, share_id: UUID, artist: Artist | None) -> WorkShare:
    """The share, for the work's artist and the one that it was offered to. Raises ShareNotFound, NotYourShare."""
    share = WorkShare.objects.select_related("work", "artist").filter(pk=share_id).first()
    if share is None:
        raise ShareNotFound
    if artist is None or artist.pk not in {share.artist_id, share.work.artist_id}:
        raise NotYourShare
    return share
