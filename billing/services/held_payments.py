"""Money of a payment that waits for a person to look: received, and neither a sale nor to be returned yet."""

from django.db import transaction

from billing.models import AccountKind, Reason, Transaction
from billing.services.ledger import account_of, post
from marketplace.core.money import Money

_ENDED = "hold_ended"


@transaction.atomic
def record_held_payment(*, object_ref: str, paid: Money, payment_ref: str) -> None:
    """Money came in for ``object_ref`` and waits, once per object."""
    _move(object_ref, "held", paid.amount_minor, paid.currency, payment_ref)


@transaction.atomic
def record_hold_ended(*, object_ref: str, paid: Money, payment_ref: str) -> None:
    """It waits no longer: whatever it becomes is booked as if it had come in now."""
    _move(object_ref, _ENDED, -paid.amount_minor, paid.currency, payment_ref)


def is_hold_over(payment_ref: str) -> bool:
    """Whether a payment has waited and does no more: what is still read of its waiting is old."""
    over = Transaction.objects.filter(stripe_ref=payment_ref, reason=Reason.HELD, effect=_ENDED)
    return bool(payment_ref) and over.exists()


def _move(object_ref: str, effect: str, to_held: int, currency: str, payment_ref: str) -> None:
    cash, held = account_of(AccountKind.CASH_AT_STRIPE, currency), account_of(AccountKind.PAYMENTS_HELD, currency)
    post(
        object_ref=object_ref,
        effect=effect,
        reason=Reason.HELD,
        entries=[(cash, -to_held), (held, to_held)],
        stripe_ref=payment_ref,
    )
