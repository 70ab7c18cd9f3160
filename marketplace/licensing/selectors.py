"""Reads on licences."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.core.clock import now
from marketplace.licensing.errors import LicenceNotFound, OfferNotFound
from marketplace.licensing.models import LicenceGrant, LicenceHold, LicenceOffer, LicenceTerms

ORDER = {code: place for place, code in enumerate(LicenceTerms.Code.values)}


def current_terms() -> list[LicenceTerms]:
    """The wordings in force, the narrowest licence first."""
    return sorted(LicenceTerms.objects.filter(is_current=True), key=lambda terms: ORDER[terms.code])


def offers_of(work: Work) -> list[LicenceOffer]:
    """The active offers of ``work``, the narrowest licence first."""
    offers = work.licence_offers.filter(is_active=True).select_related("terms")
    return sorted(offers, key=lambda offer: ORDER[offer.terms.code])


def active_offers_prefetch(path: str = "") -> Prefetch:
    """For lists of works: ``works.prefetch_related(active_offers_prefetch())`` fills ``work.active_offers``.

    ``path``: how to come to the works from what is listed, e.g. ``work__``.
    """
    return Prefetch(
        f"{path}licence_offers",
        queryset=LicenceOffer.objects.filter(is_active=True).select_related("terms").order_by("price_minor"),
        to_attr="active_offers",
    )


def active_offer(offer_id: UUID) -> LicenceOffer:
    """The offer with its terms and work. Raises OfferNotFound for one that has ended."""
    offer = (
        LicenceOffer.objects.filter(pk=offer_id)
        .select_related("terms", "work", "work__artist", "work__artist__user")
        .first()
    )
    if offer is None or not offer.is_active:
        raise OfferNotFound(
            _("This offer is not made any more; the price may have changed."),
            way_out=_("Go back to the work's page to see its present offers."),
        )
    return offer


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether licences in a work can be bought. ``held_until`` is set while somebody is buying it exclusively."""

    sold_exclusively: bool
    held_until: datetime | None
    held_by_ref: str
    licences_given: int

    @property
    def is_open(self) -> bool:
        """Whether somebody who holds nothing can buy now."""
        return not self.sold_exclusively and self.held_until is None


def availability(work: Work) -> Availability:
    """What a visitor of the work's page should know before buying."""
    hold = LicenceHold.objects.filter(work=work, released_at=None, until__gt=now()).first()
    return Availability(
        sold_exclusively=work.sold_exclusively,
        held_until=hold.until if hold else None,
        held_by_ref=hold.holder_ref if hold else "",
        licences_given=LicenceGrant.objects.filter(work=work, ending=None).count(),
    )


def _with_everything() -> QuerySet[LicenceGrant]:
    return LicenceGrant.objects.select_related(
        "work", "work__artist", "version", "terms", "holder", "ending"
    ).prefetch_related("work__texts", "version__files")


def grant_by_number(number: str) -> LicenceGrant:
    """The licence with this number, however its letters are typed. Raises LicenceNotFound."""
    cleaned = normal_number(number)
    grant = _with_everything().filter(number=cleaned).first()
    if grant is None:
        raise LicenceNotFound(
            _("There is no licence with the number %(number)s.") % {"number": cleaned or "—"},
            way_out=_("Compare it with the certificate: it reads AT-XXXX-XXXX-XXXX, without the letters I, L, O, U."),
        )
    return grant


def normal_number(number: str) -> str:
    """``number`` as it is stored: capitals, groups of four, I and L read as 1, O as 0 (Crockford's base 32)."""
    bare = "".join(letter for letter in number.upper() if letter.isascii() and letter.isalnum())
    if bare.startswith("AT") and len(bare) == 14:
        body = bare[2:].translate(str.maketrans("ILO", "110"))
        return "-".join(["AT", *(body[i : i + 4] for i in range(0, 12, 4))])
    return bare[:20]


def licences_of(holder: User) -> QuerySet[LicenceGrant]:
    """All licences of ``holder``, newest first, with what a list shows."""
    return _with_everything().filter(holder=holder).order_by("-granted_at")


def works_held_by(*, user_id: UUID) -> QuerySet[LicenceGrant, UUID]:
    """The ids of the works in which a person has a licence that has not ended, as a query."""
    return LicenceGrant.objects.filter(holder_id=user_id, ending=None).values_list("work_id", flat=True)


def valid_licence_of(*, holder: User, work: Work, terms_codes: Iterable[str]) -> LicenceGrant | None:
    """A licence of these kinds in ``work`` that ``holder`` has and that has not ended."""
    return LicenceGrant.objects.filter(holder=holder, work=work, terms__code__in=list(terms_codes), ending=None).first()


def exclusive_licence_in(work: Work) -> LicenceGrant | None:
    """The exclusive licence that was given in ``work``, also one that has ended; there is one at most, ever."""
    return LicenceGrant.objects.filter(work=work, is_exclusive=True).first()


def licences_in(work: Work) -> QuerySet[LicenceGrant]:
    """All licences given in ``work``, newest first."""
    return _with_everything().filter(work=work).order_by("-granted_at")
