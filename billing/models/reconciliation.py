"""Stripe's books as they were read, and where they and the ledger say different things."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.amounts import amount_at_stripe
from marketplace.core.money import Money


class StripeMovement(models.Model):
    """A balance transaction of the shop's account at Stripe, copied once; never changed."""

    id = models.CharField(primary_key=True, max_length=120, editable=False)
    type = models.CharField(max_length=60)
    ref = models.CharField(max_length=120, db_index=True, help_text="the payment intent, refund, transfer or payout")
    amount_minor = models.BigIntegerField(help_text="before the fee; negative: out of the account")
    fee_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=6)
    created = models.DateTimeField(db_index=True)
    available_on = models.DateTimeField()
    description = models.CharField(max_length=300, blank=True)
    copied_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("movement at Stripe")
        verbose_name_plural = _("movements at Stripe")

    def __str__(self) -> str:
        return f"{self.type} {self.ref}"

    @property
    def amount(self) -> Money | str:
        """Before the fee."""
        return amount_at_stripe(self.amount_minor, self.currency)

    @property
    def fee(self) -> Money | str:
        """What Stripe kept of it."""
        return amount_at_stripe(self.fee_minor, self.currency)


class Reconciliation(models.Model):
    """One comparison of the ledger with Stripe's books."""

    id = models.BigAutoField(primary_key=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    since = models.DateTimeField(help_text="payments and movements from this moment on were compared")
    movements_new = models.PositiveIntegerField()
    refs_compared = models.PositiveIntegerField()
    differences = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M}"


class LedgerDifference(models.Model):
    """One payment, refund, transfer or payout of which the ledger and Stripe say different things.

    It is open until a later comparison finds them agreed, whoever put it right.
    """

    class Kind(models.TextChoices):
        NOT_IN_LEDGER = "not_in_ledger", _("At Stripe, not in the ledger")
        NOT_AT_STRIPE = "not_at_stripe", _("In the ledger, not at Stripe")
        AMOUNTS_DIFFER = "amounts_differ", _("The amounts differ")
        REINSTATED = "reinstated", _("A bank gave back the money of a dispute that was lost")
        NOT_TRADED = "not_traded", _("In a currency that the shop does not trade in")

    id = models.BigAutoField(primary_key=True)
    ref = models.CharField(max_length=120)
    currency = models.CharField(max_length=6)
    kind = models.CharField(max_length=20, choices=Kind)
    ledger_minor = models.BigIntegerField()
    stripe_minor = models.BigIntegerField()
    happened_at = models.DateTimeField()
    found_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        constraints = [
            models.UniqueConstraint(
                fields=["ref", "currency"], condition=Q(agreed_at__isnull=True), name="one_open_difference_per_ref"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ref}: {self.get_kind_display()}"

    @property
    def in_ledger(self) -> Money | str:
        """What the ledger says."""
        return amount_at_stripe(self.ledger_minor, self.currency)

    @property
    def at_stripe(self) -> Money | str:
        """What Stripe says."""
        return amount_at_stripe(self.stripe_minor, self.currency)
