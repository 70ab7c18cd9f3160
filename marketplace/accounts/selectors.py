"""Reads on accounts."""

from allauth.account.models import EmailAddress

from marketplace.accounts.models import Artist, User


def artist_of(user: object) -> Artist | None:
    """The storefront of ``user``; None for a stranger or a person without one."""
    if not isinstance(user, User):
        return None
    return Artist.objects.filter(user=user).first()


def artist_by_handle(handle: str) -> Artist | None:
    """The storefront at ``/@handle``, whatever the case of its letters."""
    return Artist.objects.filter(handle__iexact=handle).select_related("user").first()


def has_confirmed_address(user: User) -> bool:
    """Whether ``user`` has proved that she reads the mail of her address."""
    return EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()
