"""Credits come in lots that may expire; a hold takes them out of lots for one job."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.ledger import Account, Transaction
from marketplace.core.ids import new_id
from marketplace.core.money import Money


class CreditLot(models.Model):
    """Credits that were granted together and expire together.

    At each commit a person's lots add up to the balance of her account (a deferred trigger says so).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lots")
    granted_by = models.OneToOneField(Transaction, on_delete=models.PROTECT, related_name="lot")
    amount = models.PositiveBigIntegerField()
    remaining = models.PositiveBigIntegerField()
    taken_back = models.PositiveBigIntegerField(default=0, db_default=0, help_text="since their price was refunded")
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["account", "expires_at"], condition=Q(remaining__gt=0), name="lots_with_credits_left")
        ]
        constraints = [
            models.CheckConstraint(condition=Q(remaining__lte=F("amount")), name="lot_never_above_its_amount"),
            models.CheckConstraint(
                condition=Q(taken_back__lte=F("amount") - F("remaining")), name="lot_never_taken_back_above_its_amount"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remaining}/{self.amount}"


class CreditHold(models.Model):
    """Credits reserved for one object (a job), until they are settled or released."""

    class State(models.TextChoices):
        OPEN = "open", _("Reserved")
        SETTLED = "settled", _("Settled")
        RELEASED = "released", _("Returned")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="credit_holds")
    object_ref = models.CharField(max_length=120, unique=True)
    amount = models.PositiveBigIntegerField()
    spent = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user"], condition=Q(state="open"), name="open_holds_of_user")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="hold_holds_something"),
            models.CheckConstraint(condition=Q(spent__lte=F("amount")), name="hold_spends_no_more_than_held"),
            models.CheckConstraint(condition=Q(state="settled") | Q(spent=0), name="only_a_settled_hold_has_spent"),
        ]

    def __str__(self) -> str:
        return f"{self.object_ref} {self.state}"


class CreditHoldPart(models.Model):
    """How much of a hold came out of which lot, so that what is not spent goes back where it came from."""

    hold = models.ForeignKey(CreditHold, on_delete=models.PROTECT, related_name="parts")
    lot = models.ForeignKey(CreditLot, on_delete=models.PROTECT, related_name="hold_parts")
    amount = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hold", "lot"], name="a_lot_once_per_hold"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="hold_part_holds_something"),
        ]

    def __str__(self) -> str:
        return f"{self.hold_id} {self.amount}"


class RefundedCredits(models.Model):
    """How many of the credits that something brought (a purchase, a plan's invoice) are to be taken back, since so much
    of its price went back to the buyer. Those that are not there any more were spent, or are reserved now.
    """

    object_ref = models.CharField(primary_key=True, max_length=120)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due = models.PositiveBigIntegerField(help_text="credits")
    refunded_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=6)
    changed_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.object_ref} {self.due}"

    @property
    def refunded(self) -> Money:
        """What was paid back for them."""
        return Money(self.refunded_minor, self.currency)
