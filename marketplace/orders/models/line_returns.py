"""Money of a line that could not be granted while the rest of its order was."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core.money import Money
from marketplace.orders.models.orders import OrderLine


class LineReturn(models.Model):
    """The price of one refused line on its way back; what was paid for the others stays."""

    class State(models.TextChoices):
        DUE = "due", _("On its way")
        RETURNED = "returned", _("Returned")
        FAILED = "failed", _("The bank did not take it")

    line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, primary_key=True, related_name="money_back")
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    refund_id = models.CharField(max_length=255, blank=True, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("return of a line's price")
        verbose_name_plural = _("returns of lines' prices")
        indexes = [models.Index(fields=["created_at"], condition=models.Q(state="due"), name="line_returns_due")]

    def __str__(self) -> str:
        return f"{self.line_id} {self.state}"

    @property
    def amount(self) -> Money:
        """What goes back."""
        return Money(self.amount_minor, self.currency)
