"""The buyer as a document names her."""

from billing.documents.facts import Party
from billing.models import BillingDetails
from marketplace.accounts.models import User


def buyer_of(user: User) -> Party:
    """Name, address and VAT id as she gave them for invoices; without that, the name in her account."""
    details = BillingDetails.objects.filter(user=user).first()
    if details is None:
        return Party(name=user.display_name, email=user.email)
    return Party(details.name, details.address, details.country, details.vat_id, user.email)
