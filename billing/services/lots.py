"""Taking credits out of a person's lots and putting them back. The caller holds the lock on her balance
row.
"""

from datetime import datetime

from django.db.models import F

from billing.models import Account, AccountKind, CreditLot, Reason, Transaction
from billing.services.ledger import account_of, post
from marketplace.core.money import CREDITS


def take_from_lots(account: Account, amount: int) -> list[tuple[CreditLot, int]]:
    """Take ``amount`` credits, those that expire first first. The caller has seen that there are enough."""
    taken: list[tuple[CreditLot, int]] = []
    left = amount
    lots = CreditLot.objects.filter(account=account, remaining__gt=0).order_by(
        F("expires_at").asc(nulls_last=True), "created_at", "id"
    )
    for lot in lots:
        part = min(left, lot.remaining)
        lot.remaining -= part
        lot.save(update_fields=["remaining"])
        taken.append((lot, part))
        left -= part
        if left == 0:
            break
    if left:
        raise AssertionError(f"lots of account {account.pk} hold {left} credits fewer than its balance")
    return taken


def give_back_to_lot(lot: CreditLot, amount: int) -> None:
    """Return credits to the lot that they came from; they keep its expiry."""
    CreditLot.objects.filter(pk=lot.pk).update(remaining=F("remaining") + amount)


def expire_due_lots(account: Account, *, at: datetime) -> int:
    """Move what is left in lots that expired by ``at`` to the shop's expired credits; answers how many
    credits.

    A lot can expire more than once: credits held at its end and returned later expire on their return.
    """
    expired = 0
    for lot in CreditLot.objects.filter(account=account, remaining__gt=0, expires_at__lte=at):
        times = Transaction.objects.filter(object_ref=f"lot:{lot.id}", reason=Reason.EXPIRED).count()
        post(
            object_ref=f"lot:{lot.id}",
            effect=f"expired-{times + 1}",
            reason=Reason.EXPIRED,
            entries=[
                (account, -lot.remaining),
                (account_of(AccountKind.CREDITS_EXPIRED, CREDITS), lot.remaining),
            ],
        )
        expired += lot.remaining
        lot.remaining = 0
        lot.save(update_fields=["remaining"])
    return expired
