"""Payments that a buyer's bank took back, while it is decided whether rightly."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.sales import Sale
from marketplace.core.money import Money


class Dispute(models.Model):
    """A dispute at Stripe; its state is copied, never decided here. ``outcome`` is what the ledger has booked."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("Open: the money is with the bank")
        WON = "won", _("Won: the money is back")
        LOST = "lost", _("Lost: the money is gone")
        NONE = "none", _("A question: no money has moved")

    # Stripe's words for what is over; after them nothing can be said any more.
    ENDED = ("won", "lost", "warning_closed", "prevented")

    id = models.CharField(primary_key=True, max_length=120, editable=False)
    payment_ref = models.CharField(max_length=120, db_index=True, help_text="Stripe's payment intent")
    reason = models.CharField(max_length=60, help_text="Stripe's word")
    status = models.CharField(max_length=40, help_text="Stripe's word")
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=6)
    evidence_due_by = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.NONE)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        indexes = [models.Index(fields=["evidence_due_by"], condition=Q(outcome="open"), name="open_disputes_by_time")]

    def __str__(self) -> str:
        return f"{self.id} {self.status}"

    @property
    def amount(self) -> Money:
        """What the bank took back."""
        return Money(self.amount_minor, self.currency)

    @property
    def is_over(self) -> bool:
        """Whether it is decided for good."""
        return self.status in self.ENDED


class DisputedSale(models.Model):
    """How much of a dispute is of which sale, with the fee's part; the rest is the artist's, held until the end."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="sales")
    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="disputes")
    claimed_minor = models.PositiveBigIntegerField(
        default=0, db_default=0, help_text="of the gross, by the prices of all that was paid together"
    )
    amount_minor = models.PositiveBigIntegerField(help_text="of it held or lost: what was left of the sale")
    deducted_minor = models.PositiveBigIntegerField(db_column="fee_minor")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispute", "sale"], name="a_sale_once_per_dispute"),
            models.CheckConstraint(
                condition=Q(deducted_minor__lte=models.F("amount_minor")), name="disputed_fee_within"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__lte=models.F("claimed_minor")), name="disputed_within_claim"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.sale_id}"

    @property
    def held_minor(self) -> int:
        """The artist's part."""
        return self.amount_minor - self.deducted_minor
