"""Reads on accounts."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db.models import Count, Q, QuerySet

from marketplace.accounts.models import Artist, Follow, User


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


@dataclass(frozen=True, slots=True)
class FollowState:
    """How many follow an artist, and whether the one who asks does."""

    count: int
    is_followed: bool


def follow_state(*, artist: Artist, user: object) -> FollowState:
    """Counted at once, so that a person sees her own click. One query."""
    follower = user.pk if isinstance(user, User) else None
    found = Follow.objects.filter(artist=artist).aggregate(
        count=Count("pk"), hers=Count("pk", filter=Q(follower=follower))
    )
    return FollowState(found["count"], bool(found["hers"]))


def followed_by(user: User) -> QuerySet[Follow]:
    """The follows of ``user`` with their artists, the latest first."""
    return Follow.objects.filter(follower=user).select_related("artist").order_by("-followed_at", "-pk")
