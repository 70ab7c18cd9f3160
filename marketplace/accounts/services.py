"""Writes on accounts."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from rest_framework.authtoken.models import Token

from marketplace.accounts.errors import HandleInvalid, HandleTaken, StorefrontOpenedAlready
from marketplace.accounts.models import Artist, User
from marketplace.accounts.signals import storefront_opened

RESERVED_HANDLES = frozenset({"admin", "api", "atelier", "moderation", "support", "verify", "help", "about"})


@transaction.atomic
def open_storefront(*, user: User, handle: str, name: str, bio: str = "") -> Artist:
    """Open ``user``'s storefront at ``/@handle``.

    Raises StorefrontOpenedAlready, HandleTaken (also for reserved ones) and HandleInvalid. Two calls at once open one.
    """
    handle = handle.strip().lower()
    if handle in RESERVED_HANDLES:
        raise HandleTaken(way_out=_("Choose another address."))
    artist = Artist(user=user, handle=handle, name=name.strip(), bio=bio.strip())
    try:
        artist.clean_fields()
    except ValidationError as error:
        raise HandleInvalid(" ".join(error.messages), way_out=_("Correct it and try again.")) from error
    try:
        with transaction.atomic():
            artist.save(force_insert=True)
    except IntegrityError as error:
        if Artist.objects.filter(user=user).exists():
            raise StorefrontOpenedAlready(way_out=_("Go to your storefront.")) from error
        raise HandleTaken(_("Another storefront has this address."), way_out=_("Choose another address.")) from error
    storefront_opened.send(sender=Artist, artist=artist)
    return artist


@transaction.atomic
def renew_api_key(*, user: User) -> str:
    """A new key for the person's programs; the old one stops working in the same moment."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    Token.objects.filter(user=user).delete()
    return Token.objects.create(user=user).key


def revoke_api_key(*, user: User) -> None:
    """End the person's key; nothing happens where there is none."""
    Token.objects.filter(user=user).delete()


def guest_account(*, email: str, language: str = "en") -> User:
    """The account of an address, made without a password where there is none; two callers at once make one.

    Whoever can read the address's mail takes it over by setting a password. Nothing about an account that was there
    before may be shown to whoever typed its address.
    """
    present = User.objects.filter(email__iexact=email).first()
    if present is not None:
        return present
    try:
        with transaction.atomic():
            return User.objects.create_user(email, None, is_guest=True, language=language)
    except IntegrityError:
        return User.objects.get(email__iexact=email)
