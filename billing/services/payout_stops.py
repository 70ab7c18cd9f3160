"""An administrator stops an artist's payouts, with a reason that she reads, and lifts it again."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from billing.errors import PayoutsStoppedAlready, PayoutStopLifted, PayoutStopNeedsReason, PayoutStopNotAllowed
from billing.models import AccountKind, Balance, PayoutStop
from marketplace.accounts.models import Artist, User
from marketplace.core.clock import now

MAY_STOP, MAY_LIFT = "billing.add_payoutstop", "billing.change_payoutstop"


@transaction.atomic
def stop_payouts(*, administrator: User, artist: Artist, reason: str) -> PayoutStop:
    """Stop all payouts of ``artist`` from now on; she gets a letter with ``reason``. What is on its way goes on.

    Raises PayoutStopNotAllowed, PayoutStopNeedsReason, PayoutsStoppedAlready.
    """
    from billing.tasks import tell_of_stopped_payouts

    if not administrator.has_perm(MAY_STOP):
        raise PayoutStopNotAllowed()
    reason = reason.strip()
    if not reason:
        raise PayoutStopNeedsReason(way_out=_("Say why, in words that the artist can act on."))
    # Whoever starts a payout holds one of these locks: none can begin that has not seen the stop.
    balances = Balance.objects.select_for_update(no_key=True, of=("self",)).filter(
        account__artist=artist, account__kind=AccountKind.ARTIST_AVAILABLE
    )
    list(balances.order_by("account_id"))
    made = PayoutStop(artist=artist, reason=reason, stopped_by=administrator, stopped_at=now())
    PayoutStop.objects.bulk_create([made], ignore_conflicts=True)
    if not PayoutStop.objects.filter(pk=made.pk).exists():
        raise PayoutsStoppedAlready(way_out=_("Lift the stop that there is, or leave it."))
    tell_of_stopped_payouts.defer(stop_id=str(made.pk))
    return made


@transaction.atomic
def lift_payout_stop(*, administrator: User, stop_id: UUID, because: str = "") -> PayoutStop:
    """Let the artist be paid again; she gets a letter. Raises PayoutStopNotAllowed, PayoutStopLifted."""
    from billing.tasks import tell_of_lifted_stop

    if not administrator.has_perm(MAY_LIFT):
        raise PayoutStopNotAllowed()
    claimed = PayoutStop.objects.filter(pk=stop_id, lifted_at=None).update(
        lifted_by=administrator, lifted_at=now(), lifted_because=because.strip()
    )
    if not claimed:
        raise PayoutStopLifted()
    tell_of_lifted_stop.defer(stop_id=str(stop_id))
    return PayoutStop.objects.get(pk=stop_id)
