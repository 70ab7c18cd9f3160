"""Money of a buyer's until it is returned: a payment that came too late, or a refund that her bank did not take."""

from django.db import transaction

from billing.models import AccountKind, Reason
from billing.services.ledger import account_of, post
from marketplace.core.money import Money


@transaction.atomic
def record_unused_payment(*, object_ref: str, paid: Money, payment_ref: str) -> None:
    """Money came in for ``object_ref`` and must go back, once per object."""
    if paid.amount_minor:
        cash = account_of(AccountKind.CASH_AT_STRIPE, paid.currency)
        due = account_of(AccountKind.REFUNDS_DUE, paid.currency)
        post(
            object_ref=object_ref,
            effect="received_unused",
            reason=Reason.UNUSED,
            entries=[(cash, -paid.amount_minor), (due, paid.amount_minor)],
            stripe_ref=payment_ref,
        )


@transaction.atomic
def record_unused_returned(*, object_ref: str, returned: Money, refund_ref: str) -> None:
    """That money went back by the refund ``refund_ref``, once per refund: at Stripe it leaves when a refund begins."""
    _move(object_ref, f"returned:{refund_ref}", -returned.amount_minor, returned.currency, refund_ref)


@transaction.atomic
def record_return_failed(*, object_ref: str, returned: Money, refund_ref: str) -> None:
    """The bank did not take it; Stripe has the money again and it is still to be returned."""
    _move(object_ref, f"return_failed:{refund_ref}", returned.amount_minor, returned.currency, refund_ref)


def _move(object_ref: str, effect: str, to_due: int, currency: str, refund_ref: str) -> None:
    if to_due:
        cash, due = account_of(AccountKind.CASH_AT_STRIPE, currency), account_of(AccountKind.REFUNDS_DUE, currency)
        post(
            object_ref=object_ref,
            effect=effect,
            reason=Reason.REFUND,
            entries=[(cash, -to_due), (due, to_due)],
            stripe_ref=refund_ref,
        )
