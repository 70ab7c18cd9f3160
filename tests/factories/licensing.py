"""Offers, rights and licences. Offers and grants go through the services, as nothing else may write them."""

from marketplace.accounts.models import User
from marketplace.catalog.models import Work, WorkFile, WorkVersion
from marketplace.core.ids import new_id
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceGrant, LicenceOffer
from marketplace.licensing.services import OfferTerms, grant_licence, set_offers, write_missing_wordings
from tests.factories.accounts import UserFactory
from tests.factories.catalog import WorkFactory, WorkFileFactory, WorkVersionFactory

PRICES = {"personal": 1200, "commercial": 4900, "exclusive": 25000}


def work_on_sale(*, terms: tuple[str, ...] = ("personal", "commercial", "exclusive"), **facts: object) -> Work:
    """A listed work with one version, an original's record and offers (12, 49 and 250 dollars)."""
    write_missing_wordings()
    work: Work = WorkFactory(**facts)
    version: WorkVersion = WorkVersionFactory(work=work)
    WorkFileFactory(version=version, role=WorkFile.Role.ORIGINAL, media_type="image/png")
    set_offers(work=work, offers=[OfferTerms(code, Money(PRICES[code], "USD")) for code in terms])
    return work


def offer_of(work: Work, code: str) -> LicenceOffer:
    """The work's active offer of this licence."""
    return LicenceOffer.objects.select_related("terms", "work").get(work=work, terms__code=code, is_active=True)


def licence_in(work: Work, code: str = "personal", *, holder: User | None = None, line: str = "") -> LicenceGrant:
    """A licence that ``holder`` (somebody new by default) has."""
    offer = offer_of(work, code)
    return grant_licence(
        offer=offer,
        version=work.versions.get(is_current=True),
        holder=holder or UserFactory(),
        order_line_ref=line or f"order_line:{new_id()}",
        price=offer.price,
    )
