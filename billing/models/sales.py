"""A sale of a licence as the artist sees it: gross, fee, her share, and when it can be paid out."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.core.ids import new_id
from marketplace.core.money import Money


class Sale(models.Model):
    """One sold order line, as people read it. The ledger's transactions name it by ``line_ref``."""

    class State(models.TextChoices):
        PENDING = "pending", _("In the holding time")
        AVAILABLE = "available", _("Available")
        REFUNDED = "refunded", _("Refunded")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order_ref = models.CharField(max_length=120, db_index=True)
    line_ref = models.CharField(max_length=120, unique=True)
    artist = models.ForeignKey(Artist, on_delete=models.PROTECT, related_name="sales")
    work = models.ForeignKey(Work, on_delete=models.PROTECT, null=True, blank=True, related_name="sales")
    gross_minor = models.PositiveBigIntegerField()
    fee_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=6)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    available_at = models.DateTimeField(help_text="end of the holding time")
    created_at = models.DateTimeField(auto_now_add=True)
    refunded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["available_at"], condition=Q(state="pending"), name="sales_still_pending"),
            models.Index(fields=["artist", "-created_at"], name="sales_of_artist"),
        ]
        constraints = [models.CheckConstraint(condition=Q(fee_minor__lte=F("gross_minor")), name="fee_within_gross")]

    def __str__(self) -> str:
        return self.line_ref

    @property
    def gross(self) -> Money:
        """What the buyer paid."""
        return Money(self.gross_minor, self.currency)

    @property
    def fee(self) -> Money:
        """The platform's share."""
        return Money(self.fee_minor, self.currency)

    @property
    def net(self) -> Money:
        """The artist's share."""
        return Money(self.gross_minor - self.fee_minor, self.currency)
