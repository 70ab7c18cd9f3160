"""What the invoice of a membership's payment says, in the member's language."""

from collections.abc import Iterator
from datetime import UTC

from django.utils import translation
from django.utils.translation import gettext as _

from billing import gateway
from billing.documents.buyers import buyer_of
from billing.documents.facts import Draft
from billing.documents.invoice_lines import lines_of_invoice
from billing.documents.sources import register_source
from billing.documents.taxes import with_tax_words
from billing.models import TaxedPart
from marketplace.accounts.models import Artist
from marketplace.memberships.models import MembershipPayment, TierPrice
from marketplace.memberships.services.payments import REFERENCE_KIND


def draft_of_membership_invoice(object_ref: str) -> Draft | None:
    """Of a payment that was booked; Stripe is asked for its lines."""
    rows = MembershipPayment.objects.select_related("membership__user", "membership__artist", "sale")
    payment = rows.filter(invoice_id=object_ref.partition(":")[2]).first()
    if payment is None:
        return None
    found = gateway.retrieve_paid_invoice(payment.invoice_id)
    user, artist = payment.membership.user, payment.membership.artist
    parts = TaxedPart.objects.filter(object_ref=object_ref)
    taxes = gateway.invoice_taxes(found.id) if parts else ()
    with translation.override(user.language):
        names = dict(_names_of_prices(artist))
        draft = Draft(
            user_id=user.pk,
            buyer=buyer_of(user),
            language=user.language,
            currency=payment.currency,
            lines=lines_of_invoice(found, names=names, paid_minor=payment.amount_minor, taxes=taxes),
            sold_on=payment.sale.created_at.astimezone(UTC).date(),
            order=found.number or found.id,
        )
        return with_tax_words(draft, {str(part.pk): part for part in parts})


def _names_of_prices(artist: Artist) -> Iterator[tuple[str, str]]:
    """What is sold at each of an artist's prices at Stripe, those with tax too."""
    for price in TierPrice.objects.filter(tier__artist=artist).select_related("tier").prefetch_related("taxed"):
        name = _("Membership of %(artist)s, %(tier)s") % {"artist": artist.name, "tier": price.tier.name}
        for stripe_price_id in (price.stripe_price_id, *(one.stripe_price_id for one in price.taxed.all())):
            if stripe_price_id:
                yield stripe_price_id, name


def register() -> None:
    """Called once, when the app is ready."""
    register_source(REFERENCE_KIND, draft_of_membership_invoice)
