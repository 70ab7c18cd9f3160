"""An exclusive licence is kept for one open checkout at a time, for a limited time."""

from datetime import datetime

from django.db import transaction

from marketplace.catalog.models import Work
from marketplace.core.clock import now
from marketplace.licensing.errors import SoldExclusively, WorkHeld
from marketplace.licensing.models import LicenceHold
from marketplace.licensing.services.rights import lock_rights


@transaction.atomic
def hold_exclusive(*, work: Work, holder_ref: str, until: datetime) -> LicenceHold:
    """Keep the work's exclusive licence for ``holder_ref`` until ``until``; asking again answers the same hold.

    A hold whose time is over gives way. Raises WorkHeld with the time when it is free again, and SoldExclusively.
    """
    rights = lock_rights(work_id=work.pk)
    if rights.sold_exclusively_at is not None:
        raise SoldExclusively
    present = LicenceHold.objects.filter(work=work, released_at=None).first()
    if present is not None:
        if present.until > now():
            if present.holder_ref == holder_ref:
                return present
            raise WorkHeld(until=present.until)
        LicenceHold.objects.filter(pk=present.pk).update(released_at=now())
    return LicenceHold.objects.create(work=work, holder_ref=holder_ref, until=until)


@transaction.atomic
def keep_hold_until(*, work: Work, holder_ref: str, until: datetime) -> bool:
    """Lengthen a hold that ``holder_ref`` has. False where it has none (any more)."""
    lock_rights(work_id=work.pk)
    own = LicenceHold.objects.filter(work=work, holder_ref=holder_ref, released_at=None, until__lt=until)
    return bool(own.update(until=until))


@transaction.atomic
def release_hold(*, work: Work, holder_ref: str) -> bool:
    """Give the licence free again. False where ``holder_ref`` holds nothing (any more)."""
    lock_rights(work_id=work.pk)
    return bool(
        LicenceHold.objects.filter(work=work, holder_ref=holder_ref, released_at=None).update(released_at=now())
    )
