"""What the invoice of a membership's payment says, in the member's language."""

from datetime import UTC

from django.utils import translation
from django.utils.translation import gettext as _

from billing import gateway
from billing.documents.buyers import buyer_of
from billing.documents.facts import Draft
from billing.documents.invoice_lines import lines_of_invoice
from billing.documents.sources import register_source
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
    prices = TierPrice.objects.filter(tier__artist=artist, stripe_price_id__isnull=False).select_related("tier")
    with translation.override(user.language):
        names = {
            str(price.stripe_price_id): _("Membership of %(artist)s, %(tier)s")
            % {"artist": artist.name, "tier": price.tier.name}
            for price in prices
        }
        lines = lines_of_invoice(found, names=names, paid_minor=payment.amount_minor)
    return Draft(
        user_id=user.pk,
        buyer=buyer_of(user),
        language=user.language,
        currency=payment.currency,
        lines=lines,
        sold_on=payment.sale.created_at.astimezone(UTC).date(),
        order=found.number or found.id,
    )


def register() -> None:
    """Called once, when the app is ready."""
    register_source(REFERENCE_KIND, draft_of_membership_invoice)
