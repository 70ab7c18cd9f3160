"""From the click on Buy to Stripe's hosted page."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from billing import gateway
from marketplace.accounts.models import User
from marketplace.catalog.models import Work, WorkVersion
from marketplace.catalog.selectors import title_in
from marketplace.core.clock import now
from marketplace.core.errors import Final
from marketplace.core.ids import new_id
from marketplace.licensing.errors import SoldExclusively, WorkHeld
from marketplace.licensing.models import LicenceHold, LicenceOffer, LicenceTerms
from marketplace.licensing.selectors import active_offer, valid_licence_of
from marketplace.licensing.services import hold_exclusive, lock_rights
from marketplace.orders.errors import LicensedAlready, OrderClosed, OwnWork, WorkNotOnSale
from marketplace.orders.models import Order, OrderLine
from marketplace.orders.selectors import order_id_in
from marketplace.orders.services.closing import cancel_order, close_order, expire_order

# Stripe keeps a session open for 30 minutes to 24 hours. An exclusive one is closed by us when its hold ends; Stripe's
# own time is only the net below, and leaves room to open the session again after a crash.
EXCLUSIVE_NET = timedelta(minutes=31)
ORDINARY_PERIOD = timedelta(hours=23)


def start_checkout(*, buyer: User, offer: LicenceOffer) -> Order:
    """Begin to buy ``offer``; the answer's ``checkout_url`` is Stripe's page. Pressed again: the same order.

    An exclusive licence is held for this order from here on, and others' open checkouts of the work end. The buyer's
    own open checkout of another licence in the same work is closed first. Raises OfferNotFound, OwnWork, WorkNotOnSale,
    LicensedAlready, SoldExclusively, WorkHeld (nothing is charged in any of these), and the gateway's errors: after a
    retryable one, pressing again goes on.
    """
    _make_room(buyer=buyer, offer=offer)
    order = _claim(buyer=buyer, offer_id=offer.pk, work_id=offer.work_id)
    return order if order.checkout_url else _open_session(order)


def _make_room(*, buyer: User, offer: LicenceOffer) -> None:
    """Close what stands in the way and may go: her other checkouts of this work, and a hold whose time is over."""
    others = Order.objects.filter(buyer=buyer, state=Order.State.OPEN, lines__work_id=offer.work_id)
    for order in others.exclude(lines__offer_id=offer.pk):
        cancel_order(order=order)
    over = LicenceHold.objects.filter(work_id=offer.work_id, released_at=None, until__lte=now()).first()
    if over is not None and (order_id := order_id_in(over.holder_ref)) is not None:
        expire_order(order_id=order_id)


@transaction.atomic
def _claim(*, buyer: User, offer_id: UUID, work_id: UUID) -> Order:
    """The order, checked and written while the work's rights row is locked, so that two clicks make one."""
    rights = lock_rights(work_id=work_id)
    offer = active_offer(offer_id)
    work = offer.work
    if work.artist.user_id == buyer.pk:
        raise OwnWork(_("This is your own work; you need no licence."), way_out=_("Look at works of other artists."))
    if rights.sold_exclusively_at is not None:
        _refuse_if_licensed(buyer, work, offer)
        raise SoldExclusively
    if work.status != Work.Status.LISTED:
        raise WorkNotOnSale(
            _("This work is not on sale at the moment."), way_out=_("Look at other works of the artist.")
        )
    _refuse_if_licensed(buyer, work, offer)
    # Read without a lock: whoever ends an order locks it first and the rights row, which is ours here, second. Should
    # it end in this moment, the answer is as good as one a moment earlier, and `_open_session` looks again.
    present = Order.objects.filter(buyer=buyer, state=Order.State.OPEN, lines__offer=offer).first()
    if present is not None and not _is_over(present):
        return present
    hold = LicenceHold.objects.filter(work=work, released_at=None, until__gt=now()).first()
    if hold is not None:
        raise WorkHeld(until=hold.until)
    version = WorkVersion.objects.filter(work=work, is_current=True).first()
    if version is None:
        raise WorkNotOnSale(_("This work has no file to sell yet."), way_out=_("Come back later."))
    return _write(buyer=buyer, offer=offer, version=version)


def _write(*, buyer: User, offer: LicenceOffer, version: WorkVersion) -> Order:
    started = now()
    held_until: datetime | None = None
    if offer.terms.is_exclusive:
        held_until = started + timedelta(minutes=settings.CONFIGURATION.exclusive_hold_minutes)
    order = Order.objects.create(
        id=new_id(),
        buyer=buyer,
        total_minor=offer.price_minor,
        currency=offer.currency,
        held_until=held_until,
        pay_until=held_until + EXCLUSIVE_NET if held_until else started + ORDINARY_PERIOD,
    )
    OrderLine.objects.create(
        order=order,
        offer=offer,
        work_id=offer.work_id,
        version=version,
        price_minor=offer.price_minor,
        currency=offer.currency,
    )
    if held_until is not None:
        hold_exclusive(work=offer.work, holder_ref=order.reference, until=held_until)
        from marketplace.orders import tasks

        tasks.expire.configure(schedule_at=held_until).defer(order_id=str(order.pk))
        tasks.close_for_hold.defer(work_id=str(offer.work_id))
    return order


def _refuse_if_licensed(buyer: User, work: Work, offer: LicenceOffer) -> None:
    held = valid_licence_of(holder=buyer, work=work, terms_codes=[offer.terms.code, LicenceTerms.Code.EXCLUSIVE.value])
    if held is not None:
        raise LicensedAlready(
            _("You have this licence already: number %(number)s.") % {"number": held.number},
            way_out=_("You find it in your collection, with the file and the certificate."),
            number=held.number,
        )


def _is_over(order: Order) -> bool:
    return now() >= min(filter(None, [order.held_until, order.pay_until]))


def _open_session(order: Order) -> Order:
    """Ask Stripe for the hosted page. The key is the order's, so a second try answers the same session."""
    line = order.lines.select_related("offer__terms", "work").prefetch_related("work__texts").get()
    language = order.buyer.language
    licence = line.offer.terms.name_zh if language.startswith("zh") else line.offer.terms.name_en
    page = f"{settings.BASE_URL}{order.get_absolute_url()}"
    try:
        session = gateway.create_checkout(
            lines=[gateway.CheckoutLine(name=f"{title_in(line.work, language)} · {licence}", amount=line.price)],
            success_url=f"{page}?returned=paid",
            cancel_url=f"{page}?returned=left",
            reference=order.reference,
            metadata={"order": str(order.pk)},
            customer_email=order.buyer.email,
            expires_at=order.pay_until,
            locale=language,
            idempotency_key=f"checkout:{order.pk}",
        )
    except Final:
        # It will not work for this order: give the licence free at once instead of when the hold ends.
        close_order(order_id=order.pk, to=Order.State.CANCELLED)
        raise
    Order.objects.filter(pk=order.pk, state=Order.State.OPEN, checkout_session_id="").update(
        checkout_session_id=session.id, checkout_url=session.url
    )
    order.refresh_from_db()
    if order.state != Order.State.OPEN:
        # It was closed between our writing it and Stripe's answer.
        if session.status == "open":
            gateway.expire_checkout(session.id)
        raise OrderClosed(_("This order was closed in the meantime."), way_out=_("Press Buy again."), state=order.state)
    return order
