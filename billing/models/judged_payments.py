"""Payments for credits and plans that raised a question, and what became of them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core.money import Money


class JudgedPayment(models.Model):
    """A payment that was not accepted at once: it waits for a person, or goes back. ``object_ref``: what was paid."""

    class State(models.TextChoices):
        HELD = "held", _("Being checked")
        ACCEPTED = "accepted", _("Accepted")
        REFUND_DUE = "refund_due", _("Not accepted; the money is on its way back")
        REFUNDED = "refunded", _("Not accepted; the money went back")
        REFUND_FAILED = "refund_failed", _("Not accepted; the money could not be returned")

    object_ref = models.CharField(primary_key=True, max_length=120)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="judged_payments")
    payment_ref = models.CharField(max_length=120, db_index=True, help_text="Stripe's payment intent")
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=6)
    state = models.CharField(max_length=14, choices=State)
    refund_id = models.CharField(max_length=120, blank=True, default="")
    arrived_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="when it was accepted, or not")

    class Meta:
        verbose_name = _("checked payment")
        verbose_name_plural = _("checked payments")
        indexes = [models.Index(fields=["user", "-arrived_at"], name="judged_payments_of_person")]

    def __str__(self) -> str:
        return f"{self.object_ref} {self.state}"

    @property
    def amount(self) -> Money:
        """What was paid."""
        return Money(self.amount_minor, self.currency)

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has decided."""
        return self.state == self.State.HELD
