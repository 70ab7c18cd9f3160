"""Bundles as they stand now: what is in them for a buyer, for how much, and what stands in the way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from marketplace.accounts.models import Artist, User
from marketplace.catalog.audiences import Access, closed_among
from marketplace.catalog.models import Work
from marketplace.catalog.selectors import closed_error
from marketplace.core.clock import now
from marketplace.core.money import Money, split_by_largest_remainder
from marketplace.licensing.models import LicenceGrant, LicenceHold, LicenceOffer, LicenceTerms
from marketplace.licensing.selectors import active_offers_prefetch
from marketplace.orders.errors import BundleNotFound
from marketplace.orders.models import Bundle, Order
from marketplace.orders.selectors.orders import order_id_in


@dataclass(frozen=True, slots=True)
class BundlePart:
    """A licence of a bundle with its share of the bundle's price."""

    offer: LicenceOffer
    price: Money


@dataclass(frozen=True, slots=True)
class PresentBundle:
    """A bundle as a buyer gets it. ``held``: her works, left out; ``problem``: why it cannot be bought (else empty).

    ``closed``: the ids of works that are for others, so that she sees no picture of them.
    """

    bundle: Bundle
    works: tuple[Work, ...]
    parts: tuple[BundlePart, ...]
    held: tuple[Work, ...]
    price: Money
    singly: Money
    problem: str
    closed: frozenset[UUID] = frozenset()

    @property
    def saved(self) -> Money:
        """What it costs less than its works one by one."""
        return self.singly - self.price


def bundle_by_id(bundle_id: UUID) -> Bundle:
    """The bundle, also one that was withdrawn. Raises BundleNotFound."""
    bundle = _with_works().filter(pk=bundle_id).first()
    if bundle is None:
        raise BundleNotFound(way_out=_("Look at the works of the artist."))
    return bundle


def bundles_of(artist: Artist) -> QuerySet[Bundle]:
    """``artist``'s bundles that are not withdrawn, the newest first, with all that `present_bundles` reads."""
    return _with_works().filter(artist=artist, withdrawn_at=None).order_by("-created_at")


def bundles_named(ids: Iterable[UUID]) -> QuerySet[Bundle]:
    """The bundles with these ids, with all that `present_bundles` reads."""
    return _with_works().filter(pk__in=ids)


def _with_works() -> QuerySet[Bundle]:
    return Bundle.objects.select_related("artist__user").prefetch_related(
        "items__work__artist__user",
        "items__work__texts",
        "items__work__versions__files",
        active_offers_prefetch("items__work__"),
    )


def present_bundles(
    bundles: Iterable[Bundle], *, buyer: User | None, access: Access | None = None
) -> list[PresentBundle]:
    """As they stand for ``buyer`` (None: nobody known), read from what is prefetched. Three queries, however many, and
    those of her access where some works are not for everybody. ``access``: where it is not the buyer's.
    """
    bundles = list(bundles)
    works = {item.work_id for bundle in bundles for item in bundle.items.all()}
    held = set(
        LicenceGrant.objects.filter(holder=buyer, work_id__in=works, ending=None).values_list("work_id", "terms__code")
        if buyer is not None
        else ()
    )
    kept = _kept_from(buyer, works)
    closed = closed_among((item.work for bundle in bundles for item in bundle.items.all()), access or Access(buyer))
    return [_present(bundle, buyer, held, kept, closed) for bundle in bundles]


def _kept_from(buyer: User | None, works: set[UUID]) -> dict[UUID, datetime]:
    """The works that somebody else is buying exclusively, with when that is over at the latest."""
    holds = list(LicenceHold.objects.filter(work_id__in=works, released_at=None, until__gt=now()))
    orders = {hold.pk: order_id_in(hold.holder_ref) for hold in holds}
    hers = set(Order.objects.filter(buyer=buyer, pk__in=filter(None, orders.values())).values_list("pk", flat=True))
    return {hold.work_id: hold.until for hold in holds if buyer is None or orders[hold.pk] not in hers}


def _present(
    bundle: Bundle,
    buyer: User | None,
    held: set[tuple[UUID, str]],
    kept: dict[UUID, datetime],
    closed_to_her: set[UUID],
) -> PresentBundle:
    works = [item.work for item in bundle.items.all()]
    offers = [_offer_in(work, bundle) for work in works]
    hers = {work.pk for work in works if {(work.pk, bundle.licence), (work.pk, LicenceTerms.Code.EXCLUSIVE)} & held}
    closed = frozenset(work.pk for work in works if work.pk in closed_to_her)
    problem = _problem(bundle, works, offers, buyer) or _closed(works, closed) or _being_bought(works, kept)
    nothing = Money(0, bundle.currency)
    if problem:
        return PresentBundle(bundle, tuple(works), (), (), bundle.price, bundle.price, problem, closed)
    there = [offer for offer in offers if offer is not None]
    singly = [offer.price_minor for offer in there]
    # Prices that fell since: together is never dearer than one by one.
    shares = split_by_largest_remainder(min(bundle.price_minor, sum(singly)), singly)
    parts = tuple(
        BundlePart(offer, Money(share, bundle.currency))
        for offer, share in zip(there, shares, strict=True)
        if offer.work_id not in hers
    )
    return PresentBundle(
        bundle=bundle,
        works=tuple(works),
        parts=parts,
        held=tuple(work for work in works if work.pk in hers),
        price=sum((part.price for part in parts), start=nothing),
        singly=sum((part.offer.price for part in parts), start=nothing),
        problem="" if parts else _("You have the licences of all its works already."),
    )


def _closed(works: list[Work], closed: frozenset[UUID]) -> str:
    work = next((work for work in works if work.pk in closed), None)
    if work is None:
        return ""
    return _("A work in it is not open to you, and so the bundle is not.") + " " + closed_error(work).message


def _being_bought(works: list[Work], kept: dict[UUID, datetime]) -> str:
    until = max((kept[work.pk] for work in works if work.pk in kept), default=None)
    if until is None:
        return ""
    told = _("Somebody is buying one of its works exclusively; until %(time)s UTC at the latest.")
    return told % {"time": date_format(localtime(until), "H:i")}


def _offer_in(work: Work, bundle: Bundle) -> LicenceOffer | None:
    offers: list[LicenceOffer] = work.active_offers  # type: ignore[attr-defined]
    found = next((one for one in offers if (one.terms.code, one.currency) == (bundle.licence, bundle.currency)), None)
    if found is not None:
        found.work = work
    return found


def _problem(bundle: Bundle, works: list[Work], offers: list[LicenceOffer | None], buyer: User | None) -> str:
    if bundle.withdrawn_at is not None:
        return _("The artist does not sell this bundle any more.")
    if any(work.sold_exclusively for work in works):
        return _("One of its works was sold exclusively, so that the bundle cannot be bought any more.")
    if any(work.status != Work.Status.LISTED for work in works) or None in offers:
        return _("One of its works is not on sale at the moment, and so the bundle is not.")
    if buyer is not None and bundle.artist.user_id == buyer.pk:
        return _("This is your own bundle; you need no licence.")
    return ""
