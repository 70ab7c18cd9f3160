"""A licence by the buyer's club: given at once, and the platform pays the artist its price."""

from django.db import transaction
from django.utils.translation import gettext as _

from billing.selectors import club_takes_up_to
from billing.services import use_club_licence
from marketplace.accounts.models import User
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceOffer, LicenceTerms
from marketplace.orders.basket import Basket, Consent, Wanted
from marketplace.orders.errors import ClubGivesNot
from marketplace.orders.models import Order
from marketplace.orders.services.checkout import close_other_checkouts
from marketplace.orders.services.checkout.claiming import claim_order
from marketplace.orders.services.payment import settle_payment


def club_gives(offer: LicenceOffer, *, most: Money | None) -> bool:
    """Whether a club that gives licences up to ``most`` (None: no club) gives this one."""
    if most is None or offer.terms.code != LicenceTerms.Code.PERSONAL or offer.suggested is not None:
        return False
    return offer.currency == most.currency and offer.price_minor <= most.amount_minor


def take_by_club(*, buyer: User, offer: LicenceOffer, consent: Consent) -> Order:
    """Give ``buyer`` the licence of ``offer`` for one of her club's this month.

    One transaction: a licence that is not given is not used. Raises ClubGivesNot, NoClubLicence, and what `open_order`
    raises of a work that cannot be licensed.
    """
    most = club_takes_up_to(buyer)
    if not club_gives(offer, most=most):
        raise ClubGivesNot(way_out=_("Your club gives personal licences up to %(most)s.") % {"most": most or "–"})
    basket = Basket((Wanted(offer),), by_club=True)
    close_other_checkouts(buyer=buyer, basket=basket)
    with transaction.atomic():
        order = claim_order(buyer=buyer, basket=basket, consent=consent, is_known=True)
        order.club_month = use_club_licence(user=buyer)
        order.save(update_fields=["club_month"])
        nothing = Money(0, order.currency)
        settled = settle_payment(order_id=order.pk, session_id="", payment_intent_id="", paid=nothing)
        if settled.state != Order.State.PAID:
            raise ClubGivesNot(str(settled.get_refusal_display()) or _("This licence could not be given."))
    return settled
