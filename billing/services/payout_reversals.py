"""Transfers that were taken back: what came back from an artist's account at Stripe is available to her again."""

from django.db import transaction

from billing import gateway
from billing.errors import ObjectNotKnownYet
from billing.gateway import TransferReversal
from billing.models import AccountKind, Payout, Reason
from billing.services.debts import debt_of
from billing.services.ledger import account_of, lock_balance, post
from marketplace.core.money import Money


def note_reversals(*, payout_id: str, transfer_id: str) -> None:
    """Book all that Stripe says was taken back of a payout's transfer, each reversal once; what she owes is repaid
    first. Nothing happens where we know no such payout. Raises ObjectNotKnownYet where its own end is not written yet,
    and the gateway's errors.
    """
    payout = Payout.objects.select_related("artist").filter(pk=payout_id).first()
    if payout is None:
        return
    if payout.stripe_transfer_id != transfer_id:
        raise ObjectNotKnownYet(transfer=transfer_id)
    for reversal in gateway.reversals_of(transfer_id):
        _book(payout, reversal)


@transaction.atomic
def _book(payout: Payout, reversal: TransferReversal) -> None:
    available = account_of(AccountKind.ARTIST_AVAILABLE, payout.currency, artist=payout.artist)
    lock_balance(available)
    row = Payout.objects.select_for_update(no_key=True).get(pk=payout.pk)
    amount = _within(row, reversal.amount)
    repaid = min(amount, debt_of(payout.artist, payout.currency))
    _booked, is_new = post(
        object_ref=f"payout:{payout.pk}",
        effect=f"reversed:{reversal.id}",
        reason=Reason.PAYOUT_RETURNED,
        entries=[
            (account_of(AccountKind.CASH_AT_STRIPE, payout.currency), -amount),
            (account_of(AccountKind.ARTIST_DEBT, payout.currency, artist=payout.artist), repaid),
            (available, amount - repaid),
        ],
        stripe_ref=reversal.id,
    )
    if is_new:
        row.reversed_minor += amount
        row.save(update_fields=["reversed_minor"])


def _within(payout: Payout, amount: Money) -> int:
    if amount.currency != payout.currency:
        raise ValueError(f"{amount} was taken back of a payout of {payout.amount}")
    return amount.amount_minor
