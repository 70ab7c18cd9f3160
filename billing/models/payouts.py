"""An artist's account at Stripe Connect, and the transfers to it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.amounts import amount_at_stripe
from marketplace.accounts.models import Artist
from marketplace.core.ids import new_id
from marketplace.core.money import Money


class PayoutAccount(models.Model):
    """A connected account; its state is copied from Stripe, never decided here."""

    artist = models.OneToOneField(Artist, on_delete=models.PROTECT, primary_key=True, related_name="payout_account")
    stripe_account_id = models.CharField(max_length=80, unique=True)
    details_submitted = models.BooleanField(default=False)
    transfers_active = models.BooleanField(default=False)
    payouts_enabled = models.BooleanField(default=False)
    requirements_due = models.JSONField(default=list, blank=True, help_text="Stripe's names of what is missing")
    requirements_deadline = models.DateTimeField(null=True, blank=True, help_text="until when Stripe wants it")
    disabled_reason = models.CharField(max_length=120, blank=True)
    # Who she is. Of private persons only whether Stripe knows it; of traders what buyers must be shown.
    business_type = models.CharField(
        max_length=20, blank=True, default="", db_default="", help_text="Stripe's word; empty: not said yet"
    )
    country = models.CharField(max_length=2, blank=True, default="", db_default="")
    has_name = models.BooleanField(default=False, db_default=False)
    has_address = models.BooleanField(default=False, db_default=False)
    has_tax_id = models.BooleanField(default=False, db_default=False)
    trader_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    trader_address = models.TextField(blank=True, default="", db_default="", help_text="one line each")
    trader_phone = models.CharField(max_length=40, blank=True, default="", db_default="")
    trader_email = models.CharField(max_length=254, blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True)
    refreshed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.stripe_account_id

    @property
    def is_ready(self) -> bool:
        """Whether money can be transferred to it and reach the artist's bank."""
        return self.details_submitted and self.transfers_active and self.payouts_enabled

    @property
    def is_of_business(self) -> bool:
        """Whether Stripe says that it is no private person's."""
        return self.business_type not in {"", "individual"}


class Payout(models.Model):
    """One transfer of an artist's available money to her connected account."""

    class State(models.TextChoices):
        SENDING = "sending", _("On its way")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    artist = models.ForeignKey(Artist, on_delete=models.PROTECT, related_name="payouts")
    destination = models.CharField(max_length=80, help_text="the connected account at the time")
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=6)
    state = models.CharField(max_length=10, choices=State, default=State.SENDING)
    stripe_transfer_id = models.CharField(max_length=80, null=True, blank=True, unique=True)
    failure_reason = models.TextField(blank=True)
    reversed_minor = models.PositiveBigIntegerField(default=0, db_default=0, help_text="taken back at Stripe, so far")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["artist", "-created_at"], name="payouts_of_artist")]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payout_pays_something"),
            models.CheckConstraint(condition=Q(reversed_minor__lte=F("amount_minor")), name="reversed_within_payout"),
            models.UniqueConstraint(
                fields=["artist", "currency"], condition=Q(state="sending"), name="one_payout_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.state}"

    @property
    def amount(self) -> Money:
        """What is transferred."""
        return Money(self.amount_minor, self.currency)

    @property
    def reversed(self) -> Money:
        """What of it was taken back, and is available again."""
        return Money(self.reversed_minor, self.currency)


class BankRefusal(models.Model):
    """A payout from an artist's account at Stripe to her bank that the bank did not take. The money stays in her
    account there, and waits for a bank account that works.
    """

    stripe_payout_id = models.CharField(primary_key=True, max_length=120, editable=False)
    artist = models.ForeignKey(Artist, on_delete=models.PROTECT, related_name="bank_refusals")
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=6, help_text="her bank account's, which the shop need not trade in")
    code = models.CharField(max_length=60, blank=True, help_text="Stripe's word for why")
    begun_at = models.DateTimeField(help_text="when the payout left her account")
    told_at = models.DateTimeField(help_text="when we heard of it")
    mended_at = models.DateTimeField(null=True, blank=True, help_text="when a later one had arrived")

    class Meta:
        verbose_name = _("payout that a bank refused")
        verbose_name_plural = _("payouts that banks refused")
        indexes = [
            models.Index(fields=["artist"], condition=Q(mended_at__isnull=True), name="bank_refusals_not_mended")
        ]

    def __str__(self) -> str:
        return f"{self.stripe_payout_id} {self.code}"

    @property
    def amount(self) -> Money | str:
        """What the bank did not take."""
        return amount_at_stripe(self.amount_minor, self.currency)
