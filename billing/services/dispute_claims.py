"""Which of several disputes of one sale holds what of it: together what they claim, never more than is left of it.

A sale is lost at most once: with what was refunded, and what lost disputes claim of it, up to its price. Which of them
is decided first, and how, is not known while they are open, so what one holds can become another's. The callers have
locked the payment, the balance and the sale.
"""

from billing.models import Dispute, DisputedSale
from marketplace.core.money import split_by_largest_remainder


def take_what_it_claims(part: DisputedSale) -> None:
    """A dispute that is lost holds first what it claims; others that are open have that much less."""
    for other in _others_open(part):
        _move(other, part, min(part.claimed_minor - part.amount_minor, other.amount_minor))


def leave_to_others(part: DisputedSale) -> None:
    """A dispute that is won leaves what it holds to others that are open and claim more than was left for them."""
    for other in _others_open(part):
        _move(part, other, min(other.claimed_minor - other.amount_minor, part.amount_minor))


def without(part: DisputedSale, amount_minor: int) -> int:
    """Take so much from what a dispute holds of a sale; answers what of it is not the artist's. The caller saves it."""
    kept = split_by_largest_remainder(part.deducted_minor, [part.amount_minor - amount_minor, amount_minor])[0]
    deducted = part.deducted_minor - kept
    part.amount_minor -= amount_minor
    part.deducted_minor = kept
    return deducted


def _others_open(part: DisputedSale) -> list[DisputedSale]:
    others = DisputedSale.objects.filter(sale=part.sale_id, dispute__outcome=Dispute.Outcome.OPEN)
    return list(others.exclude(pk=part.pk).order_by("dispute_id"))


def _move(giver: DisputedSale, taker: DisputedSale, amount_minor: int) -> None:
    """Nothing moves in the ledger: both hold in the same reserve, and the bank has both amounts."""
    if not amount_minor:
        return
    taker.deducted_minor += without(giver, amount_minor)
    taker.amount_minor += amount_minor
    for part in (giver, taker):
        part.save(update_fields=["amount_minor", "deducted_minor"])
