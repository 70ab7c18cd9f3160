"""Orders for somebody else."""

from marketplace.accounts.models import User
from marketplace.accounts.services import guest_account
from marketplace.core.clock import now
from marketplace.orders.models import Gift, Order


def holder_of(order: Order) -> User:
    """Who will hold the order's licences: the buyer, or whom it is for, who gets an account without a password."""
    gift = Gift.objects.select_for_update(no_key=True).filter(order=order).first()
    if gift is None:
        return order.buyer
    if gift.recipient is None:
        gift.recipient = guest_account(email=gift.recipient_email, language=order.buyer.language)
        gift.save(update_fields=["recipient"])
    return gift.recipient


def note_opened(*, gift: Gift) -> None:
    """The recipient has opened her gift, for the first time."""
    Gift.objects.filter(pk=gift.pk, opened_at=None).update(opened_at=now())
