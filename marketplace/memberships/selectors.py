"""Reads on tiers and memberships."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Prefetch, Q, QuerySet, Sum

from billing.models import Sale
from marketplace.accounts.models import Artist, User
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.memberships.errors import MembershipNotFound, TierNotFound
from marketplace.memberships.models import Membership, MembershipChange, MembershipPayment, Tier, TierPrice

_State = Membership.State
_CURRENT = Prefetch("prices", TierPrice.objects.filter(is_current=True).order_by("interval"), to_attr="current_prices")


def membership_levels_of(*, user_id: UUID) -> Mapping[UUID, int]:
    """The level of a person's tier (1 is the lowest) by the id of each artist of whom she is a member now; one query.

    She is while it is paid, or overdue within the grace, and until we have ended it.
    """
    given = Membership.objects.filter(_gives_benefits(now()), user_id=user_id)
    return dict(given.values_list("artist_id", "price__tier__level"))


def _gives_benefits(moment: datetime) -> Q:
    """As `Membership.gives_benefits_at`."""
    overdue = Q(state=_State.PAST_DUE, benefits_ended_at=None)
    overdue &= Q(grace_ends_at=None) | Q(grace_ends_at__gt=moment)
    return (Q(state__in=[_State.ACTIVE, _State.TRIALING]) | overdue) & Q(ended_because="")


def open_tiers_of(artist: Artist) -> QuerySet[Tier]:
    """Tiers of ``artist`` that one can join, the lowest first, with ``current_prices`` (by the month first)."""
    return Tier.objects.filter(artist=artist, closed_at=None).prefetch_related(_CURRENT).order_by("level")


def tiers_of(artist: Artist) -> QuerySet[Tier]:
    """All of ``artist``'s, the open ones first, with ``current_prices`` and ``members`` (those who may still pay)."""
    running = Count("prices__memberships", filter=Q(prices__memberships__state__in=Membership.RUNNING))
    found = Tier.objects.filter(artist=artist).annotate(members=running).prefetch_related(_CURRENT)
    return found.order_by("-closed_at", "level", "created_at")


def tier_of(artist: Artist, tier_id: UUID) -> Tier:
    """One of ``artist``'s own. Raises TierNotFound."""
    found = tiers_of(artist).filter(pk=tier_id).first()
    if found is None:
        raise TierNotFound()
    return found


def has_open_tiers(artist: Artist) -> bool:
    """Whether one can become a member of ``artist``."""
    return artist.user.is_active and Tier.objects.filter(artist=artist, closed_at=None).exists()


def membership_in(artist: Artist, user: User) -> Membership | None:
    """``user``'s membership in ``artist`` that runs; None without one."""
    found = _told().filter(artist=artist, user=user, state__in=Membership.RUNNING)
    return found.first()


def membership_of(user: User, membership_id: UUID) -> Membership:
    """One of ``user``'s own, in any state. Raises MembershipNotFound."""
    found = _told().filter(user=user, pk=membership_id).first()
    if found is None:
        raise MembershipNotFound()
    return found


def memberships_of(user: User) -> QuerySet[Membership]:
    """``user``'s, but for those that never began, the newest first; with tier, artist and ``waiting_changes``."""
    return _told().filter(user=user, joined_at__isnull=False).order_by("-created_at")


def _told() -> QuerySet[Membership]:
    waiting = MembershipChange.objects.filter(state=MembershipChange.State.WAITING)
    return Membership.objects.select_related("artist__user", "user", "price__tier").prefetch_related(
        Prefetch("changes", waiting.select_related("to_price__tier"), to_attr="waiting_changes")
    )


def members_of(artist: Artist) -> QuerySet[Membership]:
    """Everyone who is or was a member of ``artist``, the newest first."""
    joined = Membership.objects.filter(artist=artist, joined_at__isnull=False)
    return joined.select_related("user", "price__tier").order_by("-created_at")


def member_count(artist: Artist) -> int:
    """How many may see what is for members now."""
    return Membership.objects.filter(_gives_benefits(now()), artist=artist).count()


def membership_income(artist: Artist) -> list[Money]:
    """What memberships have brought ``artist`` so far, after fees and refunds; by currency."""
    sales = Sale.objects.filter(artist=artist, membership_payment__isnull=False)
    share = F("gross_minor") - F("deducted_minor") - F("refunded_minor") + F("deducted_refunded_minor")
    found = sales.order_by("currency").values_list("currency").annotate(total=Sum(share))
    return [Money(int(amount), currency) for currency, amount in found]


def tiers_by_reference(line_refs: Iterable[str]) -> Mapping[str, Tier]:
    """The tier that each sale of a membership is of, by the sale's reference; one query, whatever the number."""
    payments = MembershipPayment.objects.filter(sale__line_ref__in=list(line_refs)).select_related(
        "sale", "price__tier"
    )
    return {payment.sale.line_ref: payment.price.tier for payment in payments}
