"""The tax in what was sold, as Stripe computed it: how much, and whose it is."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.core.ids import new_id
from marketplace.core.money import Money


class WithTax(models.Model):
    """An amount as it was asked, and the tax of its payment: all of it inside the amount, or all of it on top.

    Zero until it is paid, and where no tax was computed.
    """

    tax_minor = models.PositiveBigIntegerField(default=0, db_default=0, help_text="in what was paid")
    tax_added_minor = models.PositiveBigIntegerField(default=0, db_default=0, help_text="what of it came on top")
    currency = models.CharField(max_length=3)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(tax_added_minor=0) | Q(tax_added_minor=F("tax_minor")), name="%(class)s_tax_in_or_on_top"
            )
        ]

    @property
    def tax(self) -> Money:
        """The tax in what was paid."""
        return Money(self.tax_minor, self.currency)

    @property
    def tax_added(self) -> Money:
        """What of the tax came on top of the amount asked."""
        return Money(self.tax_added_minor, self.currency)


class TaxedPart(models.Model):
    """What of one thing sold (``object_ref``, as the ledger names it) is taxed at one rate in one place.

    Append-only, kept so by the database. What was collected, and what went back, stands in the ledger; this says to
    whom it is owed. Written before the sale is decided, so it alone proves no sale.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object_ref = models.CharField(max_length=120, help_text="kind:id, as in the ledger's transactions")
    place = models.CharField(max_length=10, blank=True, help_text="country, or country and state: DE, US-CA")
    basis_points = models.PositiveIntegerField(help_text="the rate in 1/100 of a percent")
    reason = models.CharField(max_length=40, blank=True, help_text="Stripe's word, such as reverse_charge")
    paid_minor = models.BigIntegerField(help_text="with tax; below zero where a change gives back")
    tax_minor = models.BigIntegerField()
    currency = models.CharField(max_length=6)
    buyer_tax_id = models.CharField(max_length=60, blank=True, help_text="by which it was decided")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("taxed part of a sale")
        verbose_name_plural = _("taxed parts of sales")
        constraints = [
            models.UniqueConstraint(
                fields=["object_ref", "place", "basis_points", "reason"], name="a_rate_once_per_object"
            )
        ]

    def __str__(self) -> str:
        return f"{self.object_ref} {self.place} {self.basis_points}"

    @property
    def tax(self) -> Money:
        """The tax in what was paid."""
        return Money(self.tax_minor, self.currency)

    @property
    def net_minor(self) -> int:
        """Without the tax, in minor units."""
        return self.paid_minor - self.tax_minor
