"""What the shop sells of its own: credit packs, and plans by Stripe's invoices."""

from datetime import UTC
from uuid import UUID

from django.utils import translation
from django.utils.translation import ngettext

from billing import gateway
from billing.documents.buyers import buyer_of
from billing.documents.facts import DocumentLine, Draft
from billing.documents.invoice_lines import lines_of_invoice
from billing.documents.sources import register_source
from billing.models import AccountKind, CreditPurchase, PlanPrice, StripeCustomer, Transaction


def draft_of_purchase(object_ref: str) -> Draft | None:
    """A credit pack that is paid."""
    purchase = (
        CreditPurchase.objects.select_related("user", "pack")
        .filter(pk=UUID(object_ref.partition(":")[2]), state=CreditPurchase.State.PAID)
        .first()
    )
    if purchase is None or purchase.paid_at is None or not purchase.price_minor:
        return None
    with translation.override(purchase.user.language):
        name = ngettext("%(name)s: %(number)d credit", "%(name)s: %(number)d credits", purchase.credits) % {
            "name": purchase.pack.name,
            "number": purchase.credits,
        }
    return Draft(
        user_id=purchase.user_id,
        buyer=buyer_of(purchase.user),
        language=purchase.user.language,
        currency=purchase.currency,
        lines=(DocumentLine(object_ref, name, purchase.price_minor),),
        sold_on=purchase.paid_at.astimezone(UTC).date(),
        order=str(purchase.pk),
    )


def draft_of_plan_invoice(object_ref: str) -> Draft | None:
    """What the ledger has booked for an invoice of a plan, with the lines that Stripe gives it."""
    booked = Transaction.objects.filter(object_ref=object_ref, effect="paid").first()
    if booked is None:
        return None
    paid = -booked.entries.get(account__kind=AccountKind.CASH_AT_STRIPE).amount_minor
    found = gateway.retrieve_paid_invoice(object_ref.partition(":")[2])
    customer = StripeCustomer.objects.select_related("user").get(stripe_customer_id=found.customer_id)
    user = customer.user
    with translation.override(user.language):
        prices = PlanPrice.objects.select_related("plan")
        names = {price.stripe_price_id: price.plan.name for price in prices}
        lines = lines_of_invoice(found, names=names, paid_minor=paid)
    return Draft(
        user_id=user.pk,
        buyer=buyer_of(user),
        language=user.language,
        currency=found.currency,
        lines=lines,
        sold_on=booked.created_at.astimezone(UTC).date(),
        order=found.number or found.id,
    )


def register() -> None:
    """Called once, when the app is ready."""
    register_source("purchase", draft_of_purchase)
    register_source("invoice", draft_of_plan_invoice)
