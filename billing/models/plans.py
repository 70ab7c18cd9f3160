"""What the shop sells of its own: credit packs (once) and plans (monthly), and who has bought them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.core.ids import new_id
from marketplace.core.money import Money


class _Sellable(models.Model):
    """A price of the catalogue; ``lookup_key`` finds it at Stripe."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    name_en = models.CharField(max_length=80)
    name_zh_hans = models.CharField(max_length=80)
    credits = models.PositiveIntegerField(help_text="credits per purchase or per paid month")
    credits_last_days = models.PositiveIntegerField(null=True, blank=True, help_text="empty: they do not expire")
    price_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=6, default="USD")
    is_active = models.BooleanField(default=True)
    lookup_key = models.CharField(max_length=80, unique=True)
    stripe_product_id = models.CharField(max_length=80, blank=True)
    stripe_price_id = models.CharField(max_length=80, blank=True, db_index=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the moment."""
        return self.name_zh_hans if (get_language() or "").startswith("zh") else self.name_en

    @property
    def price(self) -> Money:
        """What it costs, per purchase or per month."""
        return Money(self.price_minor, self.currency)


class CreditPack(_Sellable):
    """Credits bought once."""

    class Meta(_Sellable.Meta):
        abstract = False


class Plan(_Sellable):
    """Credits every month."""

    class Meta(_Sellable.Meta):
        abstract = False


class StripeCustomer(models.Model):
    """A person as Stripe knows her."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="stripe_customer"
    )
    stripe_customer_id = models.CharField(max_length=80, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.stripe_customer_id


class CreditPurchase(models.Model):
    """One checkout of a credit pack."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for payment")
        PAID = "paid", _("Paid")
        EXPIRED = "expired", _("Not paid in time")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="credit_purchases")
    pack = models.ForeignKey(CreditPack, on_delete=models.PROTECT, related_name="purchases")
    credits = models.PositiveIntegerField()
    price_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=6)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    checkout_session_id = models.CharField(max_length=120, blank=True, db_index=True)
    payment_intent_id = models.CharField(max_length=120, blank=True, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)
    paid_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.pack_id} {self.state}"

    @property
    def price(self) -> Money:
        """What was asked for it."""
        return Money(self.price_minor, self.currency)


class PlanSubscription(models.Model):
    """A person's subscription to a plan, from first click to end. ``state`` is Stripe's word for it."""

    class State(models.TextChoices):
        STARTING = "starting", _("Waiting for payment")
        INCOMPLETE = "incomplete", _("First payment not complete")
        ACTIVE = "active", _("Active")
        TRIALING = "trialing", _("On trial")
        PAST_DUE = "past_due", _("Payment overdue")
        UNPAID = "unpaid", _("Unpaid")
        PAUSED = "paused", _("Paused")
        CANCELED = "canceled", _("Ended")
        INCOMPLETE_EXPIRED = "incomplete_expired", _("Not paid in time")

    # States in which a second subscription would charge the same person twice.
    RUNNING = ("active", "trialing", "past_due", "unpaid", "paused", "incomplete")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="plan_subscriptions")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="subscriptions")
    state = models.CharField(max_length=20, choices=State, default=State.STARTING)
    checkout_session_id = models.CharField(max_length=120, blank=True, db_index=True)
    stripe_subscription_id = models.CharField(max_length=80, null=True, blank=True, unique=True)
    current_period_end = models.DateTimeField(null=True, blank=True)
    cancel_at_period_end = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(state__in=("active", "trialing", "past_due", "unpaid", "paused", "incomplete")),
                name="one_running_plan_per_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.state}"

    @property
    def is_running(self) -> bool:
        """Whether it is paid for or may still be charged."""
        return self.state in self.RUNNING
