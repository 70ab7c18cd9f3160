"""A bank warns early that a payment for credits or a plan was fraud: a person looks at it, or it goes back at once."""

from django.conf import settings

from billing import gateway
from billing.errors import ObjectNotKnownYet
from billing.models import AccountKind, CreditPurchase, Entry, PaidPeriod, PlanSubscription, Reason, Transaction
from billing.services.own_refunds import note_own_refund
from billing.services.plan_copies import copy_subscription
from billing.services.purchases import PURCHASE_KEY
from marketplace.accounts.models import User
from marketplace.core.money import Money
from marketplace.risk.facts import WarningFacts
from marketplace.risk.models import Decision, Verdict
from marketplace.risk.services import warn

# Orders' warnings are named otherwise: each room acts on the decisions about its own.
_PREFIX = "own_warning:"
_PURCHASE, _INVOICE = "purchase:", "invoice:"


def note_warning(*, payment_ref: str, fraud_type: str) -> None:
    """Act on a warning about a payment for credits or a plan that was accepted, once: by the configuration, or by a
    person. Another room's payment is left alone. ``fraud_type``: Stripe's word. Raises ObjectNotKnownYet where the
    payment's own event has not been processed.
    """
    from billing.tasks import return_warned_payment

    if not payment_ref:
        return
    known = Transaction.objects.filter(stripe_ref=payment_ref)
    paid = known.filter(reason=Reason.REVENUE).first()
    if paid is None:
        if not known.exists() and _is_ours(payment_ref):
            raise ObjectNotKnownYet(payment=payment_ref)
        return
    person = _payer(paid.object_ref)
    if person is None:
        return
    if settings.CONFIGURATION.fraud_warning == "refund":
        return_warned_payment.defer(object_ref=paid.object_ref)
        return
    facts = WarningFacts(type=fraud_type, amount=_received(paid))
    warn(subject_ref=f"{_PREFIX}{paid.object_ref}", person=person, facts=facts)


def _is_ours(payment_ref: str) -> bool:
    return PURCHASE_KEY in gateway.metadata_of_payment(payment_ref) or bool(gateway.invoice_of_payment(payment_ref))


def _payer(object_ref: str) -> User | None:
    if object_ref.startswith(_PURCHASE):
        return CreditPurchase.objects.select_related("user").get(pk=object_ref.removeprefix(_PURCHASE)).user
    subscription = _subscription_of(object_ref)
    return subscription.user if subscription is not None else None


def _subscription_of(object_ref: str) -> PlanSubscription | None:
    invoice_id = object_ref.removeprefix(_INVOICE)
    found = PaidPeriod.objects.select_related("subscription__user").filter(invoice_id=invoice_id).first()
    return found.subscription if found is not None else None


def _received(paid: Transaction) -> Money:
    cash = Entry.objects.select_related("account").get(transaction=paid, account__kind=AccountKind.CASH_AT_STRIPE)
    return Money(-cash.amount_minor, cash.account.currency)


def act_on_decision(*, decision: Decision, **_more: object) -> None:
    """A person believes a bank's warning about such a payment: a job gives it back."""
    from billing.tasks import return_warned_payment

    verdict = decision.verdict
    is_ours = verdict.kind == Verdict.Kind.WARNING and verdict.subject_ref.startswith(_PREFIX)
    if is_ours and not decision.is_approved:
        return_warned_payment.defer(object_ref=verdict.subject_ref.removeprefix(_PREFIX))


def return_warned(*, object_ref: str) -> None:
    """Give back what is left of a payment that a bank warned of, once; the plan that it was for ends first, so that
    nothing more is charged. Where the bank has taken it back itself, the dispute decides. Raises the gateway's errors;
    tried again, it goes on.
    """
    paid = Transaction.objects.get(object_ref=object_ref, effect="paid")
    subscription = _subscription_of(object_ref)
    if subscription is not None and subscription.stripe_subscription_id and subscription.ended_at is None:
        gateway.end_at_once(subscription.stripe_subscription_id)
        copy_subscription(subscription.stripe_subscription_id)
    try:
        refund = gateway.refund_payment(
            payment_intent_id=paid.stripe_ref,
            idempotency_key=f"warned:{object_ref}",
            reason="fraudulent",
            reference=f"warned:{object_ref}",
        )
    except gateway.StripeRefused as refusal:
        if refusal.facts.get("stripe_code") not in {"charge_disputed", "charge_already_refunded"}:
            raise
        return
    note_own_refund(refund_id=refund.id, payment_ref=paid.stripe_ref)
