"""Money of a buyer's until it is returned: a payment that came too late, or a refund that her bank did not take."""

from django.db import transaction
from django.db.models import Sum

from billing.models import AccountKind, Dispute, Entry, Reason, Transaction
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
    """That money went back by the refund ``refund_ref``, once per refund: at Stripe it leaves when a refund begins.

    What goes back beyond what is due, because a bank has kept some of the payment, is the shop's loss.
    """
    if not returned.amount_minor:
        return
    from_due = min(returned.amount_minor, still_due(object_ref))
    post(
        object_ref=object_ref,
        effect=f"returned:{refund_ref}",
        reason=Reason.REFUND,
        entries=[
            (account_of(AccountKind.CASH_AT_STRIPE, returned.currency), returned.amount_minor),
            (account_of(AccountKind.REFUNDS_DUE, returned.currency), -from_due),
            (account_of(AccountKind.DISPUTE_LOSSES, returned.currency), from_due - returned.amount_minor),
        ],
        stripe_ref=refund_ref,
    )


@transaction.atomic
def record_return_failed(*, object_ref: str, returned: Money, refund_ref: str) -> None:
    """The bank did not take it; Stripe has the money again and it is still to be returned."""
    if not returned.amount_minor:
        return
    booked = Entry.objects.filter(transaction__object_ref=object_ref, transaction__effect=f"returned:{refund_ref}")
    entries = [(entry.account, -entry.amount_minor) for entry in booked.select_related("account")] or [
        (account_of(AccountKind.CASH_AT_STRIPE, returned.currency), -returned.amount_minor),
        (account_of(AccountKind.REFUNDS_DUE, returned.currency), returned.amount_minor),
    ]
    post(
        object_ref=object_ref,
        effect=f"return_failed:{refund_ref}",
        reason=Reason.REFUND,
        entries=entries,
        stripe_ref=refund_ref,
    )


def still_due(object_ref: str) -> int:
    """What is to be returned for ``object_ref`` and has neither gone back nor been kept by a bank, in minor units."""
    payments = Transaction.objects.filter(object_ref=object_ref, reason=Reason.UNUSED).values("stripe_ref")
    disputes = Dispute.objects.filter(payment_ref__in=payments).exclude(payment_ref="").values_list("pk", flat=True)
    moved = Entry.objects.filter(
        account__kind=AccountKind.REFUNDS_DUE,
        transaction__object_ref__in=[object_ref, *(f"dispute:{dispute_id}" for dispute_id in disputes)],
    )
    return max(0, int(moved.aggregate(total=Sum("amount_minor"))["total"] or 0))
