"""What an order may carry beside licences: tips to artists, and the person whom it is for."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models import WithTax
from marketplace.accounts.models import Artist, User
from marketplace.core.ids import new_id
from marketplace.core.money import Money
from marketplace.orders.models.orders import Order


class OrderTip(WithTax):
    """Money for an artist, for nothing in return."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="tips")
    artist = models.ForeignKey(Artist, on_delete=models.PROTECT, related_name="tips")
    amount_minor = models.PositiveBigIntegerField()
    words = models.CharField(max_length=280, blank=True, help_text="from the buyer to the artist")

    class Meta(WithTax.Meta):
        abstract = False
        verbose_name = _("tip")
        verbose_name_plural = _("tips")
        constraints = [
            *WithTax.Meta.constraints,
            models.UniqueConstraint(fields=["order", "artist"], name="one_tip_per_artist_and_order"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="a_tip_gives_something"),
        ]

    def __str__(self) -> str:
        return f"{self.artist_id}: {self.amount}"

    @property
    def amount(self) -> Money:
        """What the buyer gives; a tax may come on top."""
        return Money(self.amount_minor, self.currency)

    @property
    def paid(self) -> Money:
        """What the buyer pays for it, with all tax."""
        return self.amount + self.tax_added

    @property
    def reference(self) -> str:
        """How the ledger names it."""
        return f"tip:{self.id}"


class Gift(models.Model):
    """An order whose licences are for somebody else, known by an e-mail address."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, primary_key=True, related_name="gift")
    recipient_email = models.EmailField()
    recipient_name = models.CharField(max_length=80, blank=True)
    words = models.TextField(max_length=1000, blank=True, help_text="from the buyer")
    recipient = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="gifts", help_text="once it was given"
    )
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")

    def __str__(self) -> str:
        return f"{self.order_id} for {self.recipient_email}"
