"""Joining an artist: a checkout for each start, and one start at a time for each person and artist.

The start's row is written before Stripe is asked, and its id is the request's idempotency key, with everything in it
that the request says. So a second tab, or another try after a crash, asks for the same checkout: one subscription.
"""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from billing import gateway
from billing.gateway import CheckoutSession, StripeObjectMissing
from billing.services.open_checkouts import close_checkout
from billing.services.taxes import tell_stripe_where
from billing.tax import tax_place_of
from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.memberships.errors import JoiningElsewhere, MemberAlready, OwnMembership, TierNotOpen
from marketplace.memberships.models import Membership, TierPrice
from marketplace.memberships.services.at_stripe import customer_in, price_at_stripe

# Where a subscription's metadata names our row.
MEMBERSHIP_KEY = "membership"
# Starts that are in the way, one after the other: each is ended, then it is tried anew.
_TRIES = 4


@dataclass(frozen=True, slots=True)
class StartedMembership:
    """A membership that waits for its first payment, and the address where it is paid."""

    membership: Membership
    checkout_url: str


def join(*, user: User, price_id: UUID, consent: str, locale: str = "en", country: str = "") -> StartedMembership:
    """Open a checkout for a tier at one of its prices. ``consent``: the wording, see `consent.given_consent`;
    ``country``: the member's by her own choice, for the tax where she has no billing details.

    A start with the same price that is still open is gone on with; one with another price is closed first. Raises
    TierNotOpen, OwnMembership, MemberAlready, JoiningElsewhere and the gateway's errors.
    """
    price = _price_on_offer(price_id, user)
    customer_id = customer_in(user, price.currency)
    place = tax_place_of(user, chosen=country)
    price_tax = str(place.prices) if place is not None else ""
    tell_stripe_where(user.pk)
    price_at_stripe(price, price_tax)
    for _try in range(_TRIES):
        row, is_new = _open_row(
            user, price, customer_id=customer_id, price_tax=price_tax, consent=consent, locale=locale
        )
        if row.is_running:
            raise MemberAlready(
                _("You are a member of %(artist)s already.") % {"artist": price.tier.artist.name},
                way_out=_("You find it among your memberships; there you can change the tier."),
            )
        session = _checkout_of(row, is_new=is_new)
        if session is not None and session.status == "open" and (row.price_id, row.price_tax) == (price.pk, price_tax):
            return StartedMembership(row, session.url)
        if session is not None and not (session.status == "expired" or _is_closed(session)):
            raise JoiningElsewhere(
                _("Your payment for this membership is being processed."), way_out=_("It appears here in a moment.")
            )
        _forget(row.pk)
    raise JoiningElsewhere(way_out=_("Go on there, or try again in a minute."))


def _price_on_offer(price_id: UUID, user: User) -> TierPrice:
    price = TierPrice.objects.select_related("tier__artist__user").filter(pk=price_id, is_current=True).first()
    if price is None or not price.tier.is_open or not price.tier.artist.user.is_active:
        raise TierNotOpen(way_out=_("Choose another one."))
    if price.tier.artist.user_id == user.pk:
        raise OwnMembership(way_out=_("Your own works are open to you in any case."))
    return price


def _open_row(
    user: User, price: TierPrice, *, customer_id: str, price_tax: str, consent: str, locale: str
) -> tuple[Membership, bool]:
    """The person's open membership in the artist, made where there is none; and whether it was made now."""
    made = Membership(
        user=user,
        artist_id=price.tier.artist_id,
        price=price,
        customer_id=customer_id,
        price_tax=price_tax,
        locale=locale,
        consented_at=now(),
        consent_wording=consent[:24],
    )
    Membership.objects.bulk_create([made], ignore_conflicts=True)
    rows = Membership.objects.select_related("price__tier__artist", "artist")
    present = rows.filter(user=user, artist_id=price.tier.artist_id, state__in=Membership.OPEN).first()
    if present is None:  # it has ended in this moment
        raise JoiningElsewhere(way_out=_("Try again."))
    return present, present.pk == made.pk


def _checkout_of(row: Membership, *, is_new: bool) -> CheckoutSession | None:
    """The checkout of a start as it is now; None where Stripe does not know it any more.

    Where nobody has told us its id (the caller before us died, or is just asking) the same request is made again.
    """
    if row.checkout_session_id:
        return _as_it_is(row.checkout_session_id)
    storefront = f"{settings.BASE_URL}{reverse('artist_membership', args=[row.artist.handle])}"
    session = gateway.create_plan_checkout(
        price_id=price_at_stripe(row.price, row.price_tax),
        customer_id=row.customer_id,
        success_url=f"{settings.BASE_URL}{reverse('my_memberships')}?paid={row.pk}",
        cancel_url=storefront,
        reference=row.reference,
        metadata={MEMBERSHIP_KEY: str(row.pk)},
        locale=row.locale,
        computes_tax=bool(row.price_tax),
        idempotency_key=f"membership:{row.pk}",
    )
    kept = Membership.objects.filter(pk=row.pk, state=Membership.State.STARTING).update(checkout_session_id=session.id)
    if not kept and is_new:  # another tab began with another price in the meantime, and ended this start
        close_checkout(session.id)
        raise JoiningElsewhere(way_out=_("Go on there."))
    # What a repetition answers is the checkout as it was when it was made.
    return session if is_new else _as_it_is(session.id)


def _as_it_is(session_id: str) -> CheckoutSession | None:
    try:
        return gateway.retrieve_checkout(session_id)
    except StripeObjectMissing:
        return None


def _is_closed(session: CheckoutSession) -> bool:
    return session.status == "open" and close_checkout(session.id)


def forget_start(session: CheckoutSession) -> None:
    """A checkout was not paid in time."""
    _forget(UUID(session.metadata[MEMBERSHIP_KEY]))


def _forget(membership_id: UUID) -> None:
    Membership.objects.filter(pk=membership_id, state=Membership.State.STARTING).update(
        state=Membership.State.INCOMPLETE_EXPIRED, ended_at=now()
    )
