"""A share in a work: offered by its artist, accepted or declined by the other, ended by either.

Each change claims the share's row, so that of two at once one is told that she came too late. Offers lock the work's
row first: all open shares in it stay within what an artist may give.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from marketplace.accounts.models import Artist
from marketplace.accounts.selectors import artist_by_handle
from marketplace.catalog.models import Work
from marketplace.catalog.selectors import work_of_artist
from marketplace.core.clock import now
from marketplace.royalties.errors import NotYourShare, ShareInvalid, ShareStateForbids
from marketplace.royalties.models import LEAST_SHARE, MOST_SHARED, WorkShare, percent_of
from marketplace.royalties.selectors.shares import share_for

State = WorkShare.State
# Each brings a letter to somebody who may not want one.
MOST_OFFERS_A_DAY = 100


@transaction.atomic
def offer_share(*, artist: Artist | None, work_id: UUID, handle: str, basis_points: int) -> WorkShare:
    """Offer the artist of the storefront ``handle`` a share in one's own work; it counts once she accepts.

    Raises WorkNotFound, NotYourWork, and ShareInvalid: no such storefront, oneself, a share below 1 %, more than 90 %
    together with the others that are open, a second one to the same artist, or more than MOST_OFFERS_A_DAY.
    """
    work_of_artist(work_id=work_id, artist=artist)
    work = Work.objects.select_for_update(no_key=True).get(pk=work_id)
    other = _artist_asked(handle, work=work)
    _check_share(work, other, basis_points)
    share = WorkShare.objects.create(work=work, artist=other, basis_points=basis_points)
    _tell(share, other)
    return share


def _artist_asked(handle: str, *, work: Work) -> Artist:
    other = artist_by_handle(handle.strip().removeprefix("@"))
    if other is None or not other.user.is_active:
        raise ShareInvalid(
            _("There is no storefront “%(handle)s”.") % {"handle": handle},
            way_out=_("Look at the address of its page: it is what follows the @."),
        )
    if other.pk == work.artist_id:
        raise ShareInvalid(_("The rest is yours already."), way_out=_("Offer a share to another artist."))
    lately = WorkShare.objects.filter(work__artist=work.artist_id, offered_at__gt=now() - timedelta(days=1))
    if lately.count() >= MOST_OFFERS_A_DAY:
        raise ShareInvalid(
            _("%(most)d offers a day are the most.") % {"most": MOST_OFFERS_A_DAY},
            way_out=_("Wait a day, then offer others."),
        )
    return other


def _check_share(work: Work, other: Artist, basis_points: int) -> None:
    """The caller has locked the work's row."""
    open_shares = WorkShare.objects.filter(work=work, state__in=WorkShare.OPEN)
    if open_shares.filter(artist=other).exists():
        raise ShareInvalid(
            _("%(name)s has a share in this work, or an offer of one.") % {"name": other.name},
            way_out=_("End it first, then offer another."),
        )
    free = MOST_SHARED - int(open_shares.aggregate(total=Sum("basis_points"))["total"] or 0)
    if not LEAST_SHARE <= basis_points <= free:
        raise ShareInvalid(
            _("A share of %(share)s cannot be given.") % {"share": percent_of(basis_points)},
            way_out=_("All shares in a work are at most %(most)s together, each at least %(least)s; %(free)s are free.")
            % {"most": percent_of(MOST_SHARED), "least": percent_of(LEAST_SHARE), "free": percent_of(free)},
        )


def accept_share(*, artist: Artist | None, share_id: UUID) -> WorkShare:
    """Take the share: each sale from now on counts. Raises ShareNotFound, NotYourShare, ShareStateForbids."""
    return _decide(artist, share_id, State.ACCEPTED)


def decline_share(*, artist: Artist | None, share_id: UUID) -> WorkShare:
    """Decline it. Raises what `accept_share` raises."""
    return _decide(artist, share_id, State.DECLINED)


@transaction.atomic
def _decide(artist: Artist | None, share_id: UUID, decision: State) -> WorkShare:
    share = share_for(share_id=share_id, artist=artist)
    if artist is None or share.artist_id != artist.pk:
        raise NotYourShare
    share = _move(share, allowed_from=[State.OFFERED], to=decision, decided_at=now())
    _tell(share, share.work.artist)
    return share


@transaction.atomic
def end_share(*, artist: Artist | None, share_id: UUID) -> WorkShare:
    """End a share that counts, or take back an offer: no sale from now on counts, those before stay as they are.

    Both sides may: the work's artist, and whoever has the share. Raises ShareNotFound, NotYourShare, ShareStateForbids.
    """
    share = share_for(share_id=share_id, artist=artist)
    share = _move(share, allowed_from=list(WorkShare.OPEN), to=State.ENDED, ended_at=now())
    _tell(share, share.work.artist if artist == share.artist else share.artist)
    return share


def _move(share: WorkShare, *, allowed_from: list[State], to: State, **times: object) -> WorkShare:
    claimed = WorkShare.objects.filter(pk=share.pk, state__in=allowed_from).update(state=to, **times)
    share.refresh_from_db()
    if not claimed:
        raise ShareStateForbids(
            _("This share is “%(state)s”, so this cannot be done.") % {"state": share.get_state_display()},
            way_out=_("Reload the page to see its present state."),
        )
    return share


def _tell(share: WorkShare, reader: Artist) -> None:
    """The letter to the other side, by a job that is queued in the same transaction."""
    from marketplace.royalties import tasks

    tasks.tell_of_share.defer(share_id=str(share.pk), reader_id=str(reader.pk), state=str(share.state))
