"""What a person wants on her invoices, kept for those that are written from now on."""

from billing.models import BillingDetails
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
    details, _made = BillingDetails.objects.update_or_create(user=user, defaults=facts)
    return details
