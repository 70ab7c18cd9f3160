"""Credits: granted in lots, reserved for a job, then spent or returned. Never more is spent than was
reserved.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from billing.errors import (
    AmountInvalid,
    HoldDiffers,
    HoldEndedAlready,
    HoldNotFound,
    InsufficientCredits,
    SettlementExceedsHold,
)
from billing.models import AccountKind, AutomaticTopUp, CreditHold, CreditHoldPart, CreditLot, Reason, Transaction
from billing.services.ledger import account_of, accounts_of, lock_balance, post
from billing.services.lots import expire_due_lots, give_back_to_lot, take_from_lots
from billing.services.taken_back import take_back_what_returned
from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.core.money import CREDITS


@transaction.atomic
def grant_credits(
    *,
    user: User,
    amount: int,
    reason: Reason | str,
    object_ref: str,
    effect: str,
    expires_at: datetime | None = None,
) -> Transaction:
    """Give ``user`` a lot of ``amount`` credits, once per (object_ref, effect); a repetition answers the
    first.

    Raises AmountInvalid.
    """
    _whole_above_zero(amount)
    account, issued = accounts_of([AccountKind.USER_CREDITS, AccountKind.CREDITS_ISSUED], CREDITS, user=user)
    lock_balance(account)
    granted, is_new = post(
        object_ref=object_ref,
        effect=effect,
        reason=reason,
        entries=[(account, amount), (issued, -amount)],
    )
    if is_new:
        CreditLot.objects.create(
            account=account, granted_by=granted, amount=amount, remaining=amount, expires_at=expires_at
        )
    return granted


@transaction.atomic
def revoke_credits(
    *, user: User, amount: int, reason: Reason | str, object_ref: str, granted_by: str, effect: str
) -> int:
    """Take back ``amount`` of the credits that ``object_ref`` was granted by the effect ``granted_by``.

    No more than nobody has spent, reserved or let expire; answers how many. Once per ``effect``: a repetition answers
    0. Raises AmountInvalid.
    """
    _whole_above_zero(amount)
    account = account_of(AccountKind.USER_CREDITS, CREDITS, user=user)
    lock_balance(account)
    lot = CreditLot.objects.filter(
        account=account, granted_by__object_ref=object_ref, granted_by__effect=granted_by
    ).first()
    taken = min(amount, lot.remaining) if lot is not None else 0
    if lot is None or not taken:
        return 0
    _transaction, is_new = post(
        object_ref=object_ref,
        effect=effect,
        reason=reason,
        entries=[(account, -taken), (account_of(AccountKind.CREDITS_ISSUED, CREDITS), taken)],
    )
    if not is_new:
        return 0
    lot.remaining -= taken
    lot.save(update_fields=["remaining"])
    return taken


@transaction.atomic
def reserve_credits(*, user: User, amount: int, object_ref: str) -> CreditHold:
    """Hold ``amount`` credits for ``object_ref``, e.g. ``job:<uuid>``. A repetition answers the hold that
    is open.

    Raises InsufficientCredits (facts: needed, available), HoldDiffers, HoldEndedAlready, AmountInvalid.
    """
    _whole_above_zero(amount)
    account = account_of(AccountKind.USER_CREDITS, CREDITS, user=user)
    lock_balance(account)
    hold = CreditHold.objects.filter(object_ref=object_ref).first()
    if hold is not None:
        if hold.state != CreditHold.State.OPEN:
            raise HoldEndedAlready(state=hold.state)
        if hold.user_id != user.pk or hold.amount != amount:
            raise HoldDiffers()
        return hold
    expire_due_lots(account, at=now())
    available = lock_balance(account).amount_minor
    if available < amount:
        raise InsufficientCredits(
            _("This needs %(needed)d credits and you have %(available)d.") % {"needed": amount, "available": available},
            way_out=_("Buy a credit pack or take a plan, or choose fewer or smaller pictures."),
            needed=amount,
            available=available,
        )
    hold = CreditHold.objects.create(user=user, object_ref=object_ref, amount=amount)
    CreditHoldPart.objects.bulk_create(
        [CreditHoldPart(hold=hold, lot=lot, amount=part) for lot, part in take_from_lots(account, amount)]
    )
    post(
        object_ref=object_ref,
        effect="reserved",
        reason=Reason.RESERVED,
        entries=[(account, -amount), (account_of(AccountKind.USER_HELD, CREDITS, user=user), amount)],
    )
    _ask_for_top_up(user, left=available - amount)
    return hold


def _ask_for_top_up(user: User, *, left: int) -> None:
    """Where the person agreed to buy more at this point, a job does it."""
    from billing.tasks import defer_top_up

    if AutomaticTopUp.objects.filter(pk=user.pk, is_on=True, threshold__gt=left).exists():
        defer_top_up(str(user.pk))


def settle_credits(*, object_ref: str, amount: int) -> None:
    """Spend ``amount`` of what is held for ``object_ref``, those that expire first first, and return the
    rest.

    A repetition with the same amount changes nothing. Raises HoldNotFound, SettlementExceedsHold, and
    HoldEndedAlready where the hold was released or settled with another amount.
    """
    if isinstance(amount, bool) or not isinstance(amount, int) or amount < 0:
        raise AmountInvalid(_("A settlement is a whole number of credits, zero or more."))
    _end_hold(object_ref, spent=amount, state=CreditHold.State.SETTLED)


def release_credits(*, object_ref: str) -> None:
    """Return all that is held for ``object_ref``; nothing happens where the hold has ended. Raises
    HoldNotFound.
    """
    _end_hold(object_ref, spent=0, state=CreditHold.State.RELEASED)


@transaction.atomic
def _end_hold(object_ref: str, *, spent: int, state: CreditHold.State) -> None:
    owner = CreditHold.objects.filter(object_ref=object_ref).select_related("user").first()
    if owner is None:
        raise HoldNotFound(object_ref=object_ref)
    account = account_of(AccountKind.USER_CREDITS, CREDITS, user=owner.user)
    lock_balance(account)
    hold = CreditHold.objects.select_for_update(no_key=True).get(pk=owner.pk)
    if hold.state != CreditHold.State.OPEN:
        repeated = hold.state == state and hold.spent == spent
        if state == CreditHold.State.RELEASED or repeated:
            return
        raise HoldEndedAlready(state=hold.state, spent=hold.spent)
    if spent > hold.amount:
        raise SettlementExceedsHold(held=hold.amount, asked=spent)
    held = account_of(AccountKind.USER_HELD, CREDITS, user=owner.user)
    if spent:
        spending = account_of(AccountKind.CREDITS_SPENT, CREDITS)
        post(
            object_ref=object_ref,
            effect="settled",
            reason=Reason.SPENT,
            entries=[(held, -spent), (spending, spent)],
        )
    if returned := hold.amount - spent:
        lots = _return_parts(hold, spent=spent)
        post(
            object_ref=object_ref,
            effect="returned",
            reason=Reason.RETURNED,
            entries=[(held, -returned), (account, returned)],
        )
        take_back_what_returned(account, lots)
    hold.state = state
    hold.spent = spent
    hold.ended_at = now()
    hold.save(update_fields=["state", "spent", "ended_at"])
    expire_due_lots(account, at=now())


def _return_parts(hold: CreditHold, *, spent: int) -> list[CreditLot]:
    """Give back what is left after ``spent`` was taken from the parts in the order of their lots' expiry; answers the
    lots that got some back.
    """
    left, lots = spent, []
    for part in sorted(
        hold.parts.select_related("lot"),
        key=lambda p: (p.lot.expires_at is None, p.lot.expires_at or p.lot.created_at, p.lot.created_at),
    ):
        used = min(left, part.amount)
        left -= used
        if part.amount > used:
            give_back_to_lot(part.lot, part.amount - used)
            lots.append(part.lot)
    return lots


def _whole_above_zero(amount: int) -> None:
    if isinstance(amount, bool) or not isinstance(amount, int) or amount <= 0:
        raise AmountInvalid(_("An amount of credits is a whole number above zero."))
