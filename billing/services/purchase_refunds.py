"""What becomes of a pack's credits when its money goes back, which somebody does by hand at Stripe."""

from billing.gateway import Refund
from billing.models import AccountKind, CreditPurchase, Entry, Reason
from billing.services.credits import grant_credits, revoke_credits
from marketplace.core.money import split_by_largest_remainder

_PREFIX = "purchase:"
_FAILED = {"failed", "canceled"}


def lock_purchase(object_ref: str) -> CreditPurchase | None:
    """The purchase whose payment the ledger keeps under ``object_ref``, locked; None where it is no purchase's."""
    if not object_ref.startswith(_PREFIX):
        return None
    rows = CreditPurchase.objects.select_for_update(no_key=True, of=("self",)).select_related("user")
    return rows.get(pk=object_ref.removeprefix(_PREFIX))


def take_back_credits(purchase: CreditPurchase, refund: Refund, *, left_minor: int) -> None:
    """Take back of a locked purchase's credits what ``refund`` has paid for, as far as nobody has used it; once.

    ``left_minor``: what of its price has not gone back, this refund counted. Where the bank does not take the refund,
    its credits come again.
    """
    object_ref = f"{_PREFIX}{purchase.pk}"
    if refund.status in _FAILED:
        taken = _taken_by(refund, object_ref)
        if taken:
            grant_credits(
                user=purchase.user,
                amount=taken,
                reason=Reason.PACK,
                object_ref=object_ref,
                effect=f"given_again:{refund.id}",
            )
        return
    # In proportion, so that all parts together take all of them, in whatever order they are heard of.
    before_minor = left_minor + refund.amount.amount_minor
    worth = _credits_for(purchase, before_minor) - _credits_for(purchase, left_minor)
    if worth > 0:
        revoke_credits(
            user=purchase.user,
            amount=worth,
            reason=Reason.REFUND,
            object_ref=object_ref,
            granted_by="granted",
            effect=f"taken_back:{refund.id}",
        )


def _credits_for(purchase: CreditPurchase, paid_minor: int) -> int:
    """The part of a purchase's credits that ``paid_minor`` of its price pays for."""
    paid = min(max(paid_minor, 0), purchase.price_minor)
    return split_by_largest_remainder(purchase.credits, [paid, purchase.price_minor - paid])[0]


def _taken_by(refund: Refund, object_ref: str) -> int:
    taken = Entry.objects.filter(
        transaction__object_ref=object_ref,
        transaction__effect=f"taken_back:{refund.id}",
        account__kind=AccountKind.USER_CREDITS,
    ).first()
    return -taken.amount_minor if taken is not None else 0
