"""Money of an order that had been paid, or given back, by another payment before."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core.ids import new_id
from marketplace.core.money import Money
from marketplace.orders.models.orders import Order


class SurplusPayment(models.Model):
    """A payment that bought nothing, because its order was settled by another one; it goes back as a whole."""

    class State(models.TextChoices):
        DUE = "due", _("On its way")
        RETURNED = "returned", _("Returned")
        FAILED = "failed", _("The bank did not take it")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="surplus_payments")
    payment_intent_id = models.CharField(max_length=255, unique=True)
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    refund_id = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("surplus payment")
        verbose_name_plural = _("surplus payments")
        indexes = [models.Index(fields=["created_at"], condition=models.Q(state="due"), name="surplus_payments_due")]

    def __str__(self) -> str:
        return f"{self.payment_intent_id} {self.state}"

    @property
    def amount(self) -> Money:
        """What goes back."""
        return Money(self.amount_minor, self.currency)

    @property
    def reference(self) -> str:
        """How the ledger and Stripe name it."""
        return f"surplus_payment:{self.pk}"
