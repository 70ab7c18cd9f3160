"""Who is a member of which artist, what was paid for it, and what she was told."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models import Sale, SubscriptionAtStripe
from marketplace.accounts.models import Artist, User
from marketplace.core.ids import new_id
from marketplace.core.money import Money
from marketplace.memberships.models.tiers import TierPrice


class MemberCustomer(models.Model):
    """A person as Stripe's customer for one currency, where it is not that of her plans and credits.

    Stripe keeps all subscriptions of a customer in one currency.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="member_customers")
    currency = models.CharField(max_length=3)
    stripe_customer_id = models.CharField(max_length=80, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "currency"], name="one_member_customer_per_currency")]

    def __str__(self) -> str:
        return self.stripe_customer_id


class Membership(SubscriptionAtStripe):
    """A person's subscription to an artist. Its row is made before Stripe is asked, and names each request."""

    class EndedBecause(models.TextChoices):
        LEFT = "left", _("Ended by the member")
        UNPAID = "unpaid", _("A payment did not come")
        REFUNDED = "refunded", _("Refunded")
        DISPUTED = "disputed", _("Lost to a dispute")
        ARTIST_CLOSED = "artist_closed", _("The artist's account was closed")
        MEMBER_CLOSED = "member_closed", _("The member's account was closed")

    # States in which another one to the same artist would charge twice.
    OPEN = ("starting", *SubscriptionAtStripe.RUNNING)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    artist = models.ForeignKey(Artist, on_delete=models.PROTECT, related_name="memberships")
    price = models.ForeignKey(TierPrice, on_delete=models.PROTECT, related_name="memberships")
    customer_id = models.CharField(max_length=80, help_text="at Stripe")
    locale = models.CharField(max_length=8, help_text="of the page at Stripe: a repeated request says the same")
    price_tax = models.CharField(
        max_length=10,
        blank=True,
        default="",
        db_default="",
        help_text="inclusive, exclusive; empty: no tax is computed",
    )
    consented_at = models.DateTimeField(help_text="to a beginning at once, with the loss of the right of withdrawal")
    consent_wording = models.CharField(max_length=24, help_text="version and language of what was shown")
    joined_at = models.DateTimeField(null=True, blank=True, help_text="when its first payment was there")
    ended_because = models.CharField(
        max_length=14, choices=EndedBecause, blank=True, help_text="nothing can be seen any more as soon as it is said"
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "artist"],
                condition=Q(state__in=("starting", "active", "trialing", "past_due", "unpaid", "paused", "incomplete")),
                name="one_open_membership_per_artist",
            )
        ]
        indexes = [
            models.Index(fields=["artist", "-created_at"], name="members_of_an_artist"),
            models.Index(
                fields=["grace_ends_at"], condition=Q(benefits_ended_at__isnull=True), name="memberships_in_their_grace"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.artist_id} {self.state}"

    @property
    def reference(self) -> str:
        """How Stripe's checkout names it."""
        return f"membership:{self.id}"

    def gives_benefits_at(self, moment: datetime) -> bool:
        """Whether she may see what is for members; never once the reason for its end is written."""
        return not self.ended_because and super().gives_benefits_at(moment)


class MembershipPayment(models.Model):
    """One paid invoice of a membership, and the sale that it is to the artist."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="payments")
    price = models.ForeignKey(TierPrice, on_delete=models.PROTECT, related_name="+", help_text="what it paid for")
    invoice_id = models.CharField(max_length=120, unique=True, help_text="Stripe's")
    payment_ref = models.CharField(max_length=120, db_index=True, help_text="Stripe's payment intent")
    sale = models.OneToOneField(Sale, on_delete=models.PROTECT, related_name="membership_payment")
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    starts_at = models.DateTimeField(null=True, blank=True, help_text="of the period that it paid")
    ends_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("payment of a membership")
        verbose_name_plural = _("payments of memberships")

    def __str__(self) -> str:
        return self.invoice_id

    @property
    def amount(self) -> Money:
        """What was paid."""
        return Money(self.amount_minor, self.currency)


class MembershipChange(models.Model):
    """Another tier or interval for a running membership: at once, or with the end of what is paid."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked for")
        WAITING = "waiting", _("Begins with the next period")
        DONE = "done", _("Done")
        WITHDRAWN = "withdrawn", _("Taken back")
        REFUSED = "refused", _("Refused")

    OPEN = ("asked", "waiting")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="changes")
    from_price = models.ForeignKey(TierPrice, on_delete=models.PROTECT, related_name="+")
    to_price = models.ForeignKey(TierPrice, on_delete=models.PROTECT, related_name="+")
    is_at_once = models.BooleanField()
    due_minor = models.BigIntegerField(null=True, blank=True, help_text="charged at once, as the preview said")
    effective_at = models.DateTimeField()
    stripe_schedule_id = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("change of a membership")
        verbose_name_plural = _("changes of memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["membership"],
                condition=Q(state__in=("asked", "waiting")),
                name="one_change_of_a_membership_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_price_id} {self.to_price_id} {self.state}"


class MembershipLetter(models.Model):
    """A letter about a membership, so that each is written once however often its cause is told."""

    class Kind(models.TextChoices):
        JOINED = "joined", _("The membership began")
        PAYMENT_FAILED = "payment_failed", _("A payment did not go through")
        ENDED = "ended", _("The membership ended")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=16, choices=Kind)
    about = models.CharField(max_length=120, blank=True, help_text="Stripe's invoice")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "kind", "about"], name="each_membership_letter_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"
