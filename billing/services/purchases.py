"""Credit packs: one checkout each, the credits granted once the payment is there."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from billing import gateway
from billing.errors import NotForSale, ObjectNotKnownYet, PaymentDiffers
from billing.gateway import CheckoutLine, CheckoutSession, CheckoutTaxes, LineTax
from billing.models import AutomaticTopUp, CreditPack, CreditPurchase, JudgedPayment, Reason
from billing.services.credits import grant_credits
from billing.services.customers import customer_of
from billing.services.judged_payments import is_accepted, note_card
from billing.services.revenue import record_revenue
from billing.services.taxes import agreed_taxes, note_taxes, put_tax, tell_stripe_where
from billing.tax import codes, tax_place_of
from marketplace.accounts.models import User
from marketplace.core.clock import now

# Where a checkout's metadata names the purchase.
PURCHASE_KEY = "credit_purchase"


@dataclass(frozen=True, slots=True)
class StartedPurchase:
    """A purchase and the address where it is paid."""

    purchase: CreditPurchase
    checkout_url: str


def buy_credits(
    *, user: User, pack_code: str, success_url: str, cancel_url: str, locale: str = "auto", country: str = ""
) -> StartedPurchase:
    """Open a checkout for a credit pack. Raises NotForSale and the gateway's errors.

    The purchase is stored before Stripe is asked, so that no webhook can be faster than it. ``country``: the buyer's by
    her own choice, for the tax where she has no billing details.
    """
    pack = CreditPack.objects.filter(code=pack_code, is_active=True).exclude(stripe_price_id="").first()
    if pack is None:
        raise NotForSale(_("This credit pack is not on sale."), way_out=_("Choose another one."))
    customer = customer_of(user)
    place = tax_place_of(user, chosen=country)
    tell_stripe_where(user.pk)
    purchase = CreditPurchase.objects.create(
        user=user,
        pack=pack,
        credits=pack.credits,
        price_minor=pack.price_minor,
        currency=pack.currency,
        price_tax=place.prices if place is not None else "",
    )
    session = gateway.create_checkout(
        lines=[_line_of(purchase)],
        success_url=success_url,
        cancel_url=cancel_url,
        reference=f"credits:{purchase.id}",
        metadata={PURCHASE_KEY: str(purchase.id)},
        customer_id=customer.stripe_customer_id,
        locale=locale,
        idempotency_key=f"purchase:{purchase.id}",
        methods=settings.CONFIGURATION.ways_to_pay,
        computes_tax=bool(purchase.price_tax),
    )
    CreditPurchase.objects.filter(pk=purchase.pk).update(checkout_session_id=session.id)
    purchase.checkout_session_id = session.id
    return StartedPurchase(purchase, session.url)


def _line_of(purchase: CreditPurchase) -> CheckoutLine:
    """The catalogue's price says nothing of tax, so a taxed line says its own."""
    pack = purchase.pack
    if not purchase.price_tax:
        return CheckoutLine(pack.name, pack.price, price_id=pack.stripe_price_id)
    return CheckoutLine(pack.name, purchase.price, tax=LineTax(codes.SERVICE, purchase.price_tax, purchase.reference))


def complete_purchase(session: CheckoutSession, *, taxes: CheckoutTaxes | None = None) -> None:
    """Grant the credits of a paid checkout, once, or let them wait where the payment raises a question.

    ``taxes``: what Stripe computed, where it did. Raises ObjectNotKnownYet, PaymentDiffers and the gateway's errors.
    """
    known = CreditPurchase.objects.select_related("user").filter(pk=session.metadata[PURCHASE_KEY]).first()
    if known is not None and known.is_open and session.is_paid:
        note_card(object_ref=known.reference, person=known.user, payment_ref=session.payment_intent_id or "")
    _complete(session, taxes)


@transaction.atomic
def _complete(session: CheckoutSession, taxes: CheckoutTaxes | None) -> None:
    purchase = (
        CreditPurchase.objects.select_for_update(no_key=True, of=("self",))
        .select_related("user", "pack")
        .filter(pk=session.metadata[PURCHASE_KEY])
        .first()
    )
    if purchase is None:
        raise ObjectNotKnownYet(checkout=session.id)
    if not purchase.is_open or not session.is_paid:
        return
    agrees = taxes is None or _take_taxes(purchase, taxes)
    if not agrees or session.total != purchase.paid:
        raise PaymentDiffers(paid=str(session.total), asked=str(purchase.paid))
    purchase.checkout_session_id = session.id
    accept_payment(purchase, payment_ref=session.payment_intent_id or "")


def accept_payment(purchase: CreditPurchase, *, payment_ref: str) -> None:
    """Grant what was paid for, or note that it waits or goes back. The caller holds the lock on the purchase's row and
    has seen that it is not settled.
    """
    if is_accepted(object_ref=purchase.reference, person=purchase.user, paid=purchase.paid, payment_ref=payment_ref):
        grant_purchase(purchase, payment_ref=payment_ref)
        return
    is_waiting = JudgedPayment.objects.get(pk=purchase.reference).is_waiting
    purchase.state = CreditPurchase.State.HELD if is_waiting else CreditPurchase.State.REFUSED
    purchase.payment_intent_id = payment_ref
    purchase.save(update_fields=["state", "payment_intent_id", "checkout_session_id"])
    if purchase.is_automatic and not is_waiting:
        stop_after_refusal(purchase.user_id)


@transaction.atomic
def settle_held_purchase(*, purchase_id: UUID) -> None:
    """Act on the decision about a purchase whose payment waits, once; nothing while nobody has decided."""
    rows = CreditPurchase.objects.select_for_update(of=("self",), no_key=True).select_related("user", "pack")
    purchase = rows.get(pk=purchase_id)
    if purchase.state == CreditPurchase.State.HELD:
        accept_payment(purchase, payment_ref=purchase.payment_intent_id)


def stop_after_refusal(user_id: UUID) -> None:
    """Buy nothing more by itself for a person whose automatic purchase was not accepted."""
    from billing.tasks import send_top_up_letter

    stopped = AutomaticTopUp.objects.filter(pk=user_id, is_on=True).update(
        is_on=False, stopped_at=now(), stopped_because=AutomaticTopUp.Stopped.NOT_ACCEPTED
    )
    if stopped:
        send_top_up_letter.defer(user_id=str(user_id))


def _take_taxes(purchase: CreditPurchase, taxes: CheckoutTaxes) -> bool:
    found = agreed_taxes(taxes, asked={purchase.reference: purchase.price})
    if found is None:
        return False
    put_tax(purchase, found[purchase.reference])
    note_taxes(object_ref=purchase.reference, lines=taxes.lines, buyer_tax_id=taxes.buyer_tax_id)
    return True


def grant_purchase(purchase: CreditPurchase, *, payment_ref: str) -> None:
    """Grant what was paid for. The caller holds the lock on the purchase's row and has seen that it is not paid yet."""
    last_days = purchase.pack.credits_last_days
    grant_credits(
        user=purchase.user,
        amount=purchase.credits,
        reason=Reason.TOP_UP if purchase.is_automatic else Reason.PACK,
        object_ref=purchase.reference,
        effect="granted",
        expires_at=now() + timedelta(days=last_days) if last_days else None,
    )
    record_revenue(object_ref=purchase.reference, paid=purchase.paid, tax=purchase.tax, payment_ref=payment_ref)
    purchase.state = CreditPurchase.State.PAID
    purchase.payment_intent_id = payment_ref
    purchase.paid_at = now()
    purchase.save(
        update_fields=["state", "payment_intent_id", "checkout_session_id", "paid_at", "tax_minor", "tax_added_minor"]
    )


def expire_purchase(session: CheckoutSession) -> None:
    """Note that a checkout was not paid in time; a paid one stays paid."""
    CreditPurchase.objects.filter(pk=session.metadata[PURCHASE_KEY], state=CreditPurchase.State.OPEN).update(
        state=CreditPurchase.State.EXPIRED
    )
