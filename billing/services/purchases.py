"""Credit packs: one checkout each, the credits granted once the payment is there."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from billing import gateway
from billing.documents.deferring import defer_document
from billing.errors import NotForSale, ObjectNotKnownYet, PaymentDiffers
from billing.gateway import CheckoutLine, CheckoutSession
from billing.models import AccountKind, CreditPack, CreditPurchase, Reason
from billing.services.credits import grant_credits
from billing.services.customers import customer_of
from billing.services.ledger import account_of, post
from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.core.money import Money

# Where a checkout's metadata names the purchase.
PURCHASE_KEY = "credit_purchase"


@dataclass(frozen=True, slots=True)
class StartedPurchase:
    """A purchase and the address where it is paid."""

    purchase: CreditPurchase
    checkout_url: str


def buy_credits(
    *, user: User, pack_code: str, success_url: str, cancel_url: str, locale: str = "auto"
) -> StartedPurchase:
    """Open a checkout for a credit pack. Raises NotForSale and the gateway's errors.

    The purchase is stored before Stripe is asked, so that no webhook can be faster than it.
    """
    pack = CreditPack.objects.filter(code=pack_code, is_active=True).exclude(stripe_price_id="").first()
    if pack is None:
        raise NotForSale(_("This credit pack is not on sale."), way_out=_("Choose another one."))
    customer = customer_of(user)
    purchase = CreditPurchase.objects.create(
        user=user, pack=pack, credits=pack.credits, price_minor=pack.price_minor, currency=pack.currency
    )
    session = gateway.create_checkout(
        lines=[CheckoutLine(pack.name, pack.price, price_id=pack.stripe_price_id)],
        success_url=success_url,
        cancel_url=cancel_url,
        reference=f"credits:{purchase.id}",
        metadata={PURCHASE_KEY: str(purchase.id)},
        customer_id=customer.stripe_customer_id,
        locale=locale,
        idempotency_key=f"purchase:{purchase.id}",
        methods=settings.CONFIGURATION.ways_to_pay,
    )
    CreditPurchase.objects.filter(pk=purchase.pk).update(checkout_session_id=session.id)
    purchase.checkout_session_id = session.id
    return StartedPurchase(purchase, session.url)


@transaction.atomic
def complete_purchase(session: CheckoutSession) -> None:
    """Grant the credits of a paid checkout, once. Raises ObjectNotKnownYet and PaymentDiffers."""
    purchase = (
        CreditPurchase.objects.select_for_update(no_key=True, of=("self",))
        .select_related("user", "pack")
        .filter(pk=session.metadata[PURCHASE_KEY])
        .first()
    )
    if purchase is None:
        raise ObjectNotKnownYet(checkout=session.id)
    if purchase.state == CreditPurchase.State.PAID or not session.is_paid:
        return
    if session.total != purchase.price:
        raise PaymentDiffers(paid=str(session.total), asked=str(purchase.price))
    purchase.checkout_session_id = session.id
    grant_purchase(purchase, payment_ref=session.payment_intent_id or "")


def grant_purchase(purchase: CreditPurchase, *, payment_ref: str) -> None:
    """Grant what was paid for. The caller holds the lock on the purchase's row and has seen that it is not paid yet."""
    last_days = purchase.pack.credits_last_days
    grant_credits(
        user=purchase.user,
        amount=purchase.credits,
        reason=Reason.TOP_UP if purchase.is_automatic else Reason.PACK,
        object_ref=f"purchase:{purchase.id}",
        effect="granted",
        expires_at=now() + timedelta(days=last_days) if last_days else None,
    )
    record_revenue(object_ref=f"purchase:{purchase.id}", paid=purchase.price, payment_ref=payment_ref)
    purchase.state = CreditPurchase.State.PAID
    purchase.payment_intent_id = payment_ref
    purchase.paid_at = now()
    purchase.save(update_fields=["state", "payment_intent_id", "checkout_session_id", "paid_at"])


def expire_purchase(session: CheckoutSession) -> None:
    """Note that a checkout was not paid in time; a paid one stays paid."""
    CreditPurchase.objects.filter(pk=session.metadata[PURCHASE_KEY], state=CreditPurchase.State.OPEN).update(
        state=CreditPurchase.State.EXPIRED
    )


def record_revenue(*, object_ref: str, paid: Money, payment_ref: str = "") -> None:
    """Money received for credits or a plan, once per object; ``payment_ref`` is Stripe's id of the payment."""
    if paid.amount_minor:
        cash = account_of(AccountKind.CASH_AT_STRIPE, paid.currency)
        sales = account_of(AccountKind.CREDIT_SALES, paid.currency)
        post(
            object_ref=object_ref,
            effect="paid",
            reason=Reason.REVENUE,
            entries=[(cash, -paid.amount_minor), (sales, paid.amount_minor)],
            stripe_ref=payment_ref,
        )
        defer_document(object_ref)
