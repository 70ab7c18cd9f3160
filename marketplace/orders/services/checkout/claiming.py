"""Writing an order: checked and stored while the works' rights rows are locked, so that two clicks make one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.catalog.audiences import Access
from marketplace.catalog.models import Work, WorkVersion
from marketplace.catalog.selectors import refuse_closed
from marketplace.core.clock import now
from marketplace.core.ids import new_id
from marketplace.licensing.errors import SoldExclusively, WorkHeld
from marketplace.licensing.models import LicenceHold, LicenceOffer, LicenceTerms, WorkRights
from marketplace.licensing.selectors import active_offer, valid_licence_of
from marketplace.licensing.services import hold_exclusive, lock_rights
from marketplace.orders.basket import Basket, Consent, WantedTip
from marketplace.orders.errors import LicensedAlready, OwnWork, WorkNotOnSale
from marketplace.orders.models import Gift, Order, OrderLine, OrderTip
from marketplace.orders.services.checkout.pricing import PricedBasket, price_basket
from marketplace.orders.services.checkout.unpacking import unpacked, works_in_bundles
from marketplace.orders.services.discounts import keep_use, usable_code
from marketplace.orders.services.referrals import attach_referral

# Stripe keeps a session open for 30 minutes to 24 hours. An exclusive one is closed by us when its hold ends; Stripe's
# own time is only the net below, and leaves room to open the session again after a crash.
EXCLUSIVE_NET = timedelta(minutes=31)
ORDINARY_PERIOD = timedelta(hours=23)


@transaction.atomic
def claim_order(*, buyer: User, basket: Basket, consent: Consent, is_known: bool, referral_code: str = "") -> Order:
    """The order of ``basket``; the one that is open already where the same was pressed before.

    ``is_known``: the buyer has signed in. For a guest, known by an address alone, what that address's owner holds is
    not told. Raises what `open_order` does.
    """
    # Works are locked in the order of their ids, here as when the payment comes: nobody waits in a circle.
    rights = {work_id: lock_rights(work_id=work_id) for work_id in sorted(set(works_in(basket)))}
    access = Access(buyer if is_known else None)
    plain = unpacked(basket, buyer=access.user if basket.gift is None else None, access=access)
    wanted = [
        replace(one, offer=active_offer(one.offer.pk))
        for one in sorted(plain.wanted, key=lambda one: one.offer.work_id)
    ]
    for tip in plain.tips:
        _refuse_own_tip(tip, access)
    for one in wanted:
        row = rights[one.offer.work_id]
        refuse_unless_sold(one.offer, rights=row, access=access, is_gift=basket.gift is not None)
    # Read without a lock: whoever ends an order locks it first and the rights row, which is ours here, second. Should
    # it end in this moment, the answer is as good as one a moment earlier, and `open_session` looks again.
    present = Order.objects.filter(buyer=buyer, state=Order.State.OPEN, basket_key=basket.key).first()
    if present is not None and not _is_over(present):
        return present
    versions = [_version_to_sell(one.offer) for one in wanted]
    code = usable_code(basket.code, buyer=buyer, is_known=is_known, lock=True) if basket.code.strip() else None
    sold = {one.offer.pk: (one, version) for one, version in zip(wanted, versions, strict=True)}
    # The order's lines stand as the buyer chose them.
    chosen = [sold[one.offer.pk] for one in plain.wanted]
    priced = price_basket(replace(plain, wanted=tuple(one for one, _version in chosen)), code=code)
    versions = [version for _one, version in chosen]
    order = _write(
        buyer=buyer, basket=basket, priced=priced, versions=versions, consent=consent, made_as_guest=not is_known
    )
    if referral_code:
        attach_referral(order=order, code=referral_code)
    return order


def _refuse_own_tip(tip: WantedTip, access: Access) -> None:
    if access.user is not None and tip.artist.user_id == access.user.pk:
        raise OwnWork(_("This tip would go to yourself."), way_out=_("Leave it out."))


def refuse_unless_sold(offer: LicenceOffer, *, rights: WorkRights, access: Access, is_gift: bool) -> None:
    """Raises OwnWork, SoldExclusively, WorkNotOnSale, WorkClosed or LicensedAlready.

    ``access``: the buyer's; a stranger's where nobody has signed in.
    """
    work, buyer = offer.work, access.user
    if buyer is not None and work.artist.user_id == buyer.pk:
        raise OwnWork(_("This is your own work; you need no licence."), way_out=_("Look at works of other artists."))
    if rights.sold_exclusively_at is None and work.status != Work.Status.LISTED:
        raise WorkNotOnSale(
            _("This work is not on sale at the moment."), way_out=_("Look at other works of the artist.")
        )
    refuse_closed(work, viewer=access)
    if buyer is not None and not is_gift:
        _refuse_if_licensed(buyer, work, offer)
    if rights.sold_exclusively_at is not None:
        raise SoldExclusively


def _refuse_if_licensed(buyer: User, work: Work, offer: LicenceOffer) -> None:
    held = valid_licence_of(holder=buyer, work=work, terms_codes=[offer.terms.code, LicenceTerms.Code.EXCLUSIVE.value])
    if held is not None:
        raise LicensedAlready(
            _("You have this licence already: number %(number)s.") % {"number": held.number},
            way_out=_("You find it in your collection, with the file and the certificate."),
            number=held.number,
        )


def _version_to_sell(offer: LicenceOffer) -> WorkVersion:
    hold = LicenceHold.objects.filter(work_id=offer.work_id, released_at=None, until__gt=now()).first()
    if hold is not None:
        raise WorkHeld(until=hold.until)
    version = WorkVersion.objects.filter(work_id=offer.work_id, is_current=True).first()
    if version is None:
        raise WorkNotOnSale(_("This work has no file to sell yet."), way_out=_("Come back later."))
    return version


def _write(
    *,
    buyer: User,
    basket: Basket,
    priced: PricedBasket,
    versions: Sequence[WorkVersion],
    consent: Consent,
    made_as_guest: bool,
) -> Order:
    started = now()
    exclusive = [line.offer for line in priced.lines if line.offer.terms.is_exclusive]
    held_until: datetime | None = None
    if exclusive:
        held_until = started + timedelta(minutes=settings.CONFIGURATION.exclusive_hold_minutes)
    order = Order.objects.create(
        id=new_id(),
        buyer=buyer,
        total_minor=priced.total.amount_minor,
        currency=priced.total.currency,
        held_until=held_until,
        pay_until=held_until + EXCLUSIVE_NET if held_until else started + ORDINARY_PERIOD,
        price_tax=basket.price_tax,
        basket_key=basket.key,
        discount_code=priced.code,
        made_as_guest=made_as_guest,
        consented_at=started,
        consent_wording=f"{consent.version}/{consent.language}"[:24],
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            offer=line.offer,
            work_id=line.offer.work_id,
            version=version,
            price_minor=line.price.amount_minor,
            discount_minor=line.discount.amount_minor,
            currency=line.price.currency,
            bundle=line.bundle,
        )
        for line, version in zip(priced.lines, versions, strict=True)
    )
    OrderTip.objects.bulk_create(
        OrderTip(
            order=order,
            artist=tip.artist,
            amount_minor=tip.amount.amount_minor,
            currency=tip.amount.currency,
            words=tip.words.strip()[:280],
        )
        for tip in priced.tips
    )
    if basket.gift is not None:
        Gift.objects.create(
            order=order,
            recipient_email=basket.gift.email,
            recipient_name=basket.gift.name.strip()[:80],
            words=basket.gift.words.strip()[:1000],
        )
    if priced.code is not None:
        keep_use(order=order, code=priced.code)
    if held_until is not None:
        _hold(order, [offer.work for offer in exclusive], held_until)
    return order


def _hold(order: Order, works: Sequence[Work], until: datetime) -> None:
    from marketplace.orders import tasks

    for work in works:
        hold_exclusive(work=work, holder_ref=order.reference, until=until)
        tasks.close_for_hold.defer(work_id=str(work.pk))
    tasks.expire.configure(schedule_at=until).defer(order_id=str(order.pk))


def _is_over(order: Order) -> bool:
    return now() >= min(filter(None, [order.held_until, order.pay_until]))


def works_in(basket: Basket) -> list[UUID]:
    """The ids of the works whose licences are wanted, and of all works of the bundles."""
    return [one.offer.work_id for one in basket.wanted] + works_in_bundles(basket)
