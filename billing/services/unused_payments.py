"""Money of a buyer's until it is returned: a payment that came too late, or a refund that her bank did not take."""

from django.db import transaction
from django.db.models import Sum

from billing.models import Account, AccountKind, Dispute, Entry, Reason, Transaction
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
    """The bank did not take it; Stripe has the money again and it is still to be returned. Once per refund."""
    if not returned.amount_minor:
        return
    of_object = Transaction.objects.filter(object_ref=object_ref)
    booked = Entry.objects.filter(transaction__in=of_object.filter(effect=f"returned:{refund_ref}"))
    entries = [(entry.account, -entry.amount_minor) for entry in booked.select_related("account")]
    # A refund that gave back some of a sale, and some of what was due for it, fails in two parts.
    is_a_part = of_object.filter(effect=f"refunded:{refund_ref}").exists()
    _post_failure(
        entries or _due_again(returned),
        object_ref=object_ref,
        effect="due_return_failed" if is_a_part else "return_failed",
        refund_ref=refund_ref,
    )


@transaction.atomic
def record_refund_due_again(*, object_ref: str, refunded: Money, refund_ref: str) -> None:
    """The bank did not take what a refund gave back of the sale ``object_ref``: it is due to the buyer. Once per
    refund.
    """
    _post_failure(_due_again(refunded), object_ref=object_ref, effect="return_failed", refund_ref=refund_ref)


def _due_again(amount: Money) -> list[tuple[Account, int]]:
    return [
        (account_of(AccountKind.CASH_AT_STRIPE, amount.currency), -amount.amount_minor),
        (account_of(AccountKind.REFUNDS_DUE, amount.currency), amount.amount_minor),
    ]


def _post_failure(entries: list[tuple[Account, int]], *, object_ref: str, effect: str, refund_ref: str) -> None:
    post(
        object_ref=object_ref,
        effect=f"{effect}:{refund_ref}",
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
