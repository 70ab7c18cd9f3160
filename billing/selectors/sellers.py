"""Who an artist is as a seller: what she declared, what Stripe knows of her, and what of a trader buyers are shown.

Regulation (EU) 2022/2065, Article 30: (1) what a marketplace knows of a trader before she sells, (7) what it shows.
The rest of what Stripe has verified stays with Stripe.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from billing.models import PayoutAccount, SellerDeclaration
from marketplace.accounts.models import Artist

# The self-certification that templates/billing/_certification.html words; a new wording gets a new number.
WORDING = 1


@dataclass(frozen=True, slots=True)
class TraderDetails:
    """What buyers are shown of a trader, beside her works."""

    name: str
    address: list[str]
    phone: str
    email: str
    trade_register: str
    certified_at: datetime


def declaration_of(artist: Artist) -> SellerDeclaration | None:
    """What ``artist`` declared last; None where she has not."""
    return SellerDeclaration.objects.filter(artist=artist).order_by("-declared_at", "-id").first()


def is_trader(account: PayoutAccount | None, declaration: SellerDeclaration | None) -> bool:
    """A business by Stripe's word, or whoever says of herself that she sells by profession."""
    return (account is not None and account.is_of_business) or (declaration is not None and declaration.is_trader)


def missing_identity(account: PayoutAccount, declaration: SellerDeclaration | None) -> list[str]:
    """What is not known of a seller yet, in words; empty where she can be paid."""
    known = {
        _("whether you sell as a person or a business"): bool(account.business_type),
        _("your name"): account.has_name,
        _("your address"): account.has_address,
        _("your tax number"): account.has_tax_id,
    }
    if is_trader(account, declaration):
        known[_("a telephone number for buyers")] = bool(account.trader_phone)
        known[_("an e-mail address for buyers")] = bool(account.trader_email)
    known[_("your declaration as a seller")] = declaration is not None
    return [words for words, is_known in known.items() if not is_known]


def trader_details(artist: Artist) -> TraderDetails | None:
    """What buyers must be shown of ``artist``; None for private persons, and while it is not known."""
    account = PayoutAccount.objects.filter(artist=artist).first()
    declaration = declaration_of(artist)
    if account is None or declaration is None or not is_trader(account, declaration) or not account.trader_name:
        return None
    return TraderDetails(
        name=account.trader_name,
        address=account.trader_address.splitlines(),
        phone=account.trader_phone,
        email=account.trader_email,
        trade_register=declaration.trade_register,
        certified_at=declaration.declared_at,
    )
