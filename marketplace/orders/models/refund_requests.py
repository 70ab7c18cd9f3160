"""A buyer asks for money back: for which line, why, how much, who decides until when, and what became of it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.core.ids import new_id
from marketplace.core.money import Money
from marketplace.orders.models.orders import OrderLine


class RefundRequest(models.Model):
    """One request. The artist decides first; the platform where she does not in time, or where the buyer objects."""

    class Reason(models.TextChoices):
        NOT_AS_DESCRIBED = "not_as_described", _("It is not as described")
        BOUGHT_TWICE = "bought_twice", _("I bought it twice")
        FILE_BROKEN = "file_broken", _("The file cannot be used")
        OTHER = "other", _("Another reason")
        BANK_WARNED = "bank_warned", _("The bank warned us about this payment")

    # What a buyer can choose; the rest is the shop's own.
    BUYERS_REASONS = (Reason.NOT_AS_DESCRIBED, Reason.BOUGHT_TWICE, Reason.FILE_BROKEN, Reason.OTHER)

    class State(models.TextChoices):
        WITH_ARTIST = "with_artist", _("The artist decides")
        WITH_PLATFORM = "with_platform", _("The platform decides")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Payback(models.TextChoices):
        NONE = "none", _("Nothing is due")
        DUE = "due", _("On its way")
        RETURNED = "returned", _("Returned")
        FAILED = "failed", _("The bank did not take it")
        DISPUTED = "disputed", _("The buyer's bank disputes the payment and decides first")
        SETTLED = "settled", _("Settled: the buyer has the money from the bank")

    # Granted, and neither with Stripe nor with the buyer.
    WAITING_PAYBACKS = (Payback.DUE, Payback.DISPUTED)
    UNDECIDED = (State.WITH_ARTIST, State.WITH_PLATFORM)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="refund_requests")
    reason = models.CharField(max_length=20, choices=Reason)
    words = models.TextField(max_length=2000, blank=True)
    asked_minor = models.PositiveBigIntegerField(help_text="minor units of the line's currency")
    state = models.CharField(max_length=16, choices=State, default=State.WITH_ARTIST)
    decide_by = models.DateTimeField(help_text="the artist's time ends; then the platform decides")
    granted_minor = models.PositiveBigIntegerField(default=0)
    answer = models.TextField(max_length=2000, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    payback = models.CharField(max_length=10, choices=Payback, default=Payback.NONE)
    refund_id = models.CharField(max_length=255, blank=True, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("refund request")
        verbose_name_plural = _("refund requests")
        constraints = [
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(state__in=("with_artist", "with_platform")),
                name="one_undecided_request_per_line",
            ),
            models.CheckConstraint(condition=Q(granted_minor__lte=F("asked_minor")), name="no_more_granted_than_asked"),
            models.CheckConstraint(
                condition=Q(state="granted", granted_minor__gt=0) | (~Q(state="granted") & Q(granted_minor=0)),
                name="something_is_granted_or_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["decide_by"], condition=Q(state="with_artist"), name="requests_by_deadline"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.state}"

    @property
    def asked(self) -> Money:
        """What the buyer wants back."""
        return Money(self.asked_minor, self.line.currency)

    @property
    def granted(self) -> Money:
        """What she gets back."""
        return Money(self.granted_minor, self.line.currency)

    @property
    def is_undecided(self) -> bool:
        """Whether somebody must still decide."""
        return self.state in self.UNDECIDED
