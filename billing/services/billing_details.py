"""What a person wants on her invoices, kept for those that are written from now on."""

from django.conf import settings
from django.db import transaction

from billing.models import BillingDetails, StripeCustomer
from billing.vat_ids import checked_vat_id
from marketplace.accounts.models import User
from marketplace.core.clock import now


def save_billing_details(
    *,
    user: User,
    name: str,
    country: str,
    street: str = "",
    more: str = "",
    postcode: str = "",
    city: str = "",
    vat_id: str = "",
) -> BillingDetails:
    """Keep them in place of what stood there; an empty ``vat_id`` takes it away. Raises VatIdFormWrong.

    ``country`` is an ISO 3166 code. The moment at which a VAT id was checked changes only with the id.
    """
    checked = checked_vat_id(vat_id, country=country) if vat_id.strip() else ""
    before = BillingDetails.objects.filter(user=user).first()
    is_known = before is not None and before.vat_id == checked
    facts = {
        "name": name.strip(),
        "street": street.strip(),
        "more": more.strip(),
        "postcode": postcode.strip(),
        "city": city.strip(),
        "country": country,
        "vat_id": checked,
        "vat_id_checked_at": before.vat_id_checked_at
        if before is not None and is_known
        else now()
        if checked
        else None,
    }
    with transaction.atomic():
        details, _made = BillingDetails.objects.update_or_create(user=user, defaults=facts)
        _tell_stripe(user)
    return details


def _tell_stripe(user: User) -> None:
    """Her plan's next invoice is taxed by it."""
    from billing.tasks import keep_customer

    if settings.CONFIGURATION.stripe_tax and StripeCustomer.objects.filter(user=user).exists():
        keep_customer.defer(user_id=str(user.pk))
