"""What accounts do when somebody proved that an address is hers."""

from allauth.account.models import EmailAddress
from django.db import transaction

from marketplace.accounts.models import User


@transaction.atomic
def take_over_guest_account(*, user: User, **_more: object) -> None:
    """A guest set a password by the letter that went to her address: the account, and what it bought, is hers now."""
    if not User.objects.filter(pk=user.pk, is_guest=True).update(is_guest=False):
        return
    user.is_guest = False
    EmailAddress.objects.update_or_create(
        user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
    )
