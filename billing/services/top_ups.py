"""Automatic top-ups: agreed to once, then a pack is bought with the saved card whenever few credits are left."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from billing import gateway
from billing.errors import NoSavedCard, NotAgreed, NotForSale, PaymentDiffers, TopUpInvalid
from billing.gateway import Payment, StripeRefused
from billing.models import AutomaticTopUp, CreditPack, CreditPurchase, StripeCustomer
from billing.selectors import credits_available
from billing.services.customers import customer_of
from billing.services.judged_payments import note_card
from billing.services.purchases import PURCHASE_KEY, accept_payment
from billing.services.taxes import note_taxes, tell_stripe_where
from billing.tax import PriceTax, codes
from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.core.money import Money

_Stopped = AutomaticTopUp.Stopped
_State = CreditPurchase.State
MOST_CREDITS_LEFT = 10_000
_COUNTED = (_State.OPEN, _State.HELD, _State.PAID)


def agreement(pack: CreditPack, threshold: int, ceiling: Money) -> str:
    """The sentence that a person agrees to, in the language of the moment."""
    return _(
        "When I have fewer than %(threshold)d credits, buy “%(pack)s” for %(price)s with my saved card without asking"
        " me again, for at most %(ceiling)s a month. I can switch this off at any time."
    ) % {"threshold": threshold, "pack": pack.name, "price": pack.price, "ceiling": ceiling}


@transaction.atomic
def _keep(user: User, pack: CreditPack, threshold: int, ceiling_minor: int, card_label: str) -> AutomaticTopUp:
    kept, _made = AutomaticTopUp.objects.update_or_create(
        user=user,
        defaults={
            "pack": pack,
            "threshold": threshold,
            "price_minor": pack.price_minor,
            "ceiling_minor": ceiling_minor,
            "is_on": True,
            "agreed_at": now(),
            "agreed_to": agreement(pack, threshold, Money(ceiling_minor, pack.currency)),
            "card_label": card_label,
            "stopped_at": None,
            "stopped_because": "",
        },
    )
    return kept


def set_top_up(*, user: User, pack_code: str, threshold: int, ceiling_minor: int, has_agreed: bool) -> AutomaticTopUp:
    """Switch ``user``'s automatic top-up on, or change it. ``ceiling_minor``: the most a calendar month, in the pack's
    currency. Raises NotAgreed, NotForSale, TopUpInvalid, NoSavedCard and the gateway's errors.
    """
    pack = CreditPack.objects.filter(code=pack_code, is_active=True).exclude(stripe_price_id="").first()
    if pack is None:
        raise NotForSale(_("This credit pack is not on sale."), way_out=_("Choose another one."))
    if not has_agreed:
        raise NotAgreed(_("We charge your card by ourselves only where you agree to it."), way_out=_("Tick the box."))
    if not 1 <= threshold <= MOST_CREDITS_LEFT:
        raise TopUpInvalid(_("Give a number of credits from 1 to %(most)d.") % {"most": MOST_CREDITS_LEFT})
    if ceiling_minor < pack.price_minor:
        raise TopUpInvalid(
            _("The ceiling is below the price of one pack, so nothing could be bought."),
            way_out=_("Choose at least %(price)s.") % {"price": pack.price},
        )
    card = gateway.saved_card(customer_of(user).stripe_customer_id)
    if card is None:
        raise NoSavedCard(way_out=_("Add one on the payment page, then switch this on."))
    return _keep(user, pack, threshold, ceiling_minor, card.label)


def stop_top_up(*, user: User) -> None:
    """Switch ``user``'s automatic top-up off; nothing happens where it is off."""
    _switch_off(user.pk, _Stopped.BY_PERSON)


def _switch_off(user_id: UUID, because: AutomaticTopUp.Stopped) -> bool:
    stopped = AutomaticTopUp.objects.filter(pk=user_id, is_on=True).update(
        is_on=False, stopped_at=now(), stopped_because=because
    )
    return bool(stopped)


def people_low_on_credits(*, at: datetime | None = None) -> list[UUID]:
    """People for whom something is to be bought: their top-up is on, they have fewer credits than they want to keep,
    and the month's ceiling has room; and those for whom a purchase was begun.
    """
    moment = at or now()
    lots = "user__ledger_accounts__lots"
    good = Q(**{f"{lots}__expires_at__isnull": True}) | Q(**{f"{lots}__expires_at__gt": moment})
    counted = _counted(moment).filter(user=OuterRef("pk"), currency=OuterRef("pack__currency"))
    spent = counted.order_by().values("user").annotate(total=Sum("price_minor")).values("total")
    low = (
        AutomaticTopUp.objects.filter(is_on=True)
        .annotate(left=Coalesce(Sum(f"{lots}__remaining", filter=good), 0), spent=Coalesce(Subquery(spent), 0))
        .filter(left__lt=F("threshold"), ceiling_minor__gte=F("spent") + F("pack__price_minor"))
        .exclude(pk__in=CreditPurchase.objects.filter(is_automatic=True, state=_State.HELD).values("user_id"))
    )
    begun = CreditPurchase.objects.filter(
        is_automatic=True, state=_State.OPEN, created_at__lt=moment - timedelta(minutes=2)
    )
    return sorted({*low.values_list("pk", flat=True), *begun.values_list("user_id", flat=True)})


def _counted(moment: datetime) -> QuerySet[CreditPurchase]:
    """Automatic purchases of the calendar month (UTC) of a moment; one under way counts."""
    first = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return CreditPurchase.objects.filter(is_automatic=True, state__in=_COUNTED, created_at__gte=first)


def top_up(*, user_id: UUID) -> CreditPurchase | None:
    """Buy the agreed pack for a person who is low on credits; None where nothing is due.

    One purchase at a time: what an earlier call began is finished first, with the same request. Raises the gateway's
    retryable errors; a refusal switches the top-up off and is told by letter.
    """
    purchase = _claim(user_id)
    if purchase is None:
        return None
    try:
        payment = _charge(purchase)
    except StripeRefused as error:
        return _refuse(purchase, error)
    return complete_top_up(purchase_id=purchase.pk, payment=payment)


@transaction.atomic
def _claim(user_id: UUID) -> CreditPurchase | None:
    """The automatic purchase that is under way, or a new one where it is due and within the ceiling."""
    agreed = (
        AutomaticTopUp.objects.select_for_update(no_key=True, of=("self",))
        .select_related("pack", "user")
        .filter(pk=user_id)
    )
    wish = agreed.first()
    if wish is None:
        return None
    begun = CreditPurchase.objects.filter(user_id=user_id, is_automatic=True, state=_State.OPEN).first()
    if begun is not None:
        return begun
    if CreditPurchase.objects.filter(user_id=user_id, is_automatic=True, state=_State.HELD).exists():
        return None  # what was charged for the dip before is being checked
    if not wish.is_on or credits_available(wish.user) >= wish.threshold:
        return None
    if not wish.pack.is_active or wish.pack.price_minor > wish.price_minor:
        _stop_and_tell(user_id, _Stopped.DEARER if wish.pack.is_active else _Stopped.NOT_FOR_SALE)
        return None
    if spent_this_month(wish.user, wish.pack.currency) + wish.pack.price_minor > wish.ceiling_minor:
        return None
    return CreditPurchase.objects.create(
        user=wish.user,
        pack=wish.pack,
        credits=wish.pack.credits,
        price_minor=wish.pack.price_minor,
        currency=wish.pack.currency,
        price_tax=PriceTax.INCLUSIVE if settings.CONFIGURATION.stripe_tax else "",
        is_automatic=True,
    )


def spent_this_month(user: User, currency: str, *, at: datetime | None = None) -> int:
    """What automatic top-ups of this calendar month (UTC) cost, in minor units; one under way counts."""
    counted = _counted(at or now()).filter(user=user, currency=currency)
    return int(counted.aggregate(total=Sum("price_minor"))["total"] or 0)


def _charge(purchase: CreditPurchase) -> Payment:
    customer_id = StripeCustomer.objects.get(user_id=purchase.user_id).stripe_customer_id
    if not purchase.payment_method_id:
        card = gateway.saved_card(customer_id)
        if card is None:
            raise StripeRefused(reason="no saved card", stripe_code=_Stopped.NO_CARD)
        CreditPurchase.objects.filter(pk=purchase.pk, payment_method_id="").update(payment_method_id=card.id)
        purchase.refresh_from_db()
    if purchase.price_tax and not purchase.tax_calculation_id:
        _compute_tax(purchase, customer_id)
    return gateway.charge_saved_card(
        customer_id=customer_id,
        payment_method_id=purchase.payment_method_id,
        amount=purchase.paid,
        description=f"Atelier {purchase.pack.name_en}",
        metadata={PURCHASE_KEY: str(purchase.pk)},
        tax_calculation_id=purchase.tax_calculation_id,
        idempotency_key=f"top-up:{purchase.pk}",
    )


def _compute_tax(purchase: CreditPurchase, customer_id: str) -> None:
    """Find out the tax, kept before the charge. It is inside of the price: she agreed to be charged no more."""
    tell_stripe_where(purchase.user_id)
    found = gateway.calculate_tax(
        customer_id=customer_id,
        amount=purchase.price,
        tax=gateway.LineTax(codes.SERVICE, PriceTax.INCLUSIVE, purchase.reference),
    )
    with transaction.atomic():
        kept = CreditPurchase.objects.filter(pk=purchase.pk, tax_calculation_id="").update(
            tax_calculation_id=found.id, tax_minor=found.line.tax.amount_minor
        )
        if kept:
            note_taxes(object_ref=purchase.reference, lines=[found.line], buyer_tax_id=found.buyer_tax_id)
    purchase.refresh_from_db()


def complete_top_up(*, purchase_id: UUID, payment: Payment) -> CreditPurchase:
    """Grant the credits of an automatic purchase that was paid, once, or let them wait where the payment raises a
    question. Raises PaymentDiffers and the gateway's errors.
    """
    known = CreditPurchase.objects.select_related("user").get(pk=purchase_id)
    if known.is_open and payment.is_paid:
        note_card(object_ref=known.reference, person=known.user, payment_ref=payment.id)
    with transaction.atomic():
        purchase = (
            CreditPurchase.objects.select_for_update(no_key=True, of=("self",))
            .select_related("user", "pack")
            .get(pk=purchase_id)
        )
        if payment.is_paid and purchase.is_open:
            if payment.amount != purchase.paid:
                raise PaymentDiffers(paid=str(payment.amount), asked=str(purchase.paid))
            accept_payment(purchase, payment_ref=payment.id)
    return purchase


@transaction.atomic
def _refuse(purchase: CreditPurchase, error: StripeRefused) -> CreditPurchase:
    code = str(error.facts.get("stripe_code", ""))
    refused = CreditPurchase.objects.filter(pk=purchase.pk, state=_State.OPEN).update(
        state=_State.FAILED, failure=code[:60]
    )
    if refused:
        because = {
            "authentication_required": _Stopped.AUTHENTICATION,
            "customer_tax_location_invalid": _Stopped.NO_ADDRESS,
            str(_Stopped.NO_CARD): _Stopped.NO_CARD,
        }.get(code, _Stopped.CARD_DECLINED)
        _stop_and_tell(purchase.user_id, because)
    purchase.refresh_from_db()
    return purchase


def _stop_and_tell(user_id: UUID, because: AutomaticTopUp.Stopped) -> None:
    from billing.tasks import send_top_up_letter

    if _switch_off(user_id, because):
        send_top_up_letter.defer(user_id=str(user_id))
