"""Credits whose price went back to the buyer are taken back, as far as nobody has spent them."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Sum

from billing.models import Account, AccountKind, CreditLot, Reason, RefundedCredits, Transaction
from billing.services.ledger import account_of, lock_balance, post
from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.core.money import CREDITS, Money


@transaction.atomic
def take_back_credits(*, user: User, object_ref: str, due: int, refunded: Money) -> int:
    """Let ``due`` credits in all be taken back of those that ``object_ref`` was granted; answers how many are.

    ``refunded``: what was paid back for them, in all. Said again with fewer (a refund failed), credits are given back;
    said again with the same, nothing happens. What is reserved for a job now is taken when it is returned, and what is
    spent is the shop's loss.
    """
    account = account_of(AccountKind.USER_CREDITS, CREDITS, user=user)
    lock_balance(account)
    if not due and not RefundedCredits.objects.filter(pk=object_ref).exists():
        return 0
    row, _is_new = RefundedCredits.objects.update_or_create(
        object_ref=object_ref,
        defaults={
            "user": user,
            "due": due,
            "refunded_minor": refunded.amount_minor,
            "currency": refunded.currency,
            "changed_at": now(),
        },
    )
    return _settle(row, account)


def take_back_what_returned(account: Account, lots: Collection[CreditLot]) -> None:
    """Credits came back to ``lots`` from a job: those that are due are taken. The caller has locked the balance."""
    waiting = RefundedCredits.objects.filter(
        object_ref__in=Transaction.objects.filter(lot__in=lots).values("object_ref"), due__gt=0
    )
    for row in waiting.order_by("object_ref"):
        _settle(row, account)


def credits_granted_for(object_ref: str) -> int:
    """All credits that ``object_ref`` was ever granted."""
    lots = CreditLot.objects.filter(granted_by__object_ref=object_ref)
    return int(lots.aggregate(total=Sum("amount"))["total"] or 0)


def _settle(row: RefundedCredits, account: Account) -> int:
    """Move credits until as many are taken back as are due, or nothing is left to take; answers how many are."""
    lots = list(
        CreditLot.objects.filter(account=account, granted_by__object_ref=row.object_ref).order_by("created_at", "pk")
    )
    taken = sum(lot.taken_back for lot in lots)
    for lot in lots:
        moved = max(-lot.taken_back, min(row.due - taken, lot.remaining))
        if moved:
            _move(lot, account, moved)
            taken += moved
    return taken


def _move(lot: CreditLot, account: Account, amount: int) -> None:
    """Take ``amount`` back; below zero: give it back."""
    reference = f"lot:{lot.pk}"
    times = Transaction.objects.filter(object_ref=reference, reason=Reason.CREDITS_BACK).count()
    post(
        object_ref=reference,
        effect=f"taken_back-{times + 1}",
        reason=Reason.CREDITS_BACK,
        entries=[(account, -amount), (account_of(AccountKind.CREDITS_ISSUED, CREDITS), amount)],
    )
    lot.remaining -= amount
    lot.taken_back += amount
    lot.save(update_fields=["remaining", "taken_back"])
