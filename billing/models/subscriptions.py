"""Who has which plan, what was paid for it, and what each paid month brought."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.plans import MONTHS_OF_A_YEAR, Audience, Interval, Plan
from marketplace.core.ids import new_id
from marketplace.core.money import Money


class SubscriptionAtStripe(models.Model):
    """A subscription as our row keeps it, from first click to end. ``state`` is Stripe's word for it."""

    class State(models.TextChoices):
        STARTING = "starting", _("Waiting for payment")
        INCOMPLETE = "incomplete", _("First payment not complete")
        ACTIVE = "active", _("Active")
        TRIALING = "trialing", _("On trial")
        PAST_DUE = "past_due", _("Payment overdue")
        UNPAID = "unpaid", _("Unpaid")
        PAUSED = "paused", _("Paused")
        CANCELED = "canceled", _("Ended")
        INCOMPLETE_EXPIRED = "incomplete_expired", _("Not paid in time")

    # States in which a second subscription would charge the same person twice.
    RUNNING = ("active", "trialing", "past_due", "unpaid", "paused", "incomplete")

    state = models.CharField(max_length=20, choices=State, default=State.STARTING)
    checkout_session_id = models.CharField(max_length=120, blank=True, db_index=True)
    stripe_subscription_id = models.CharField(max_length=80, null=True, blank=True, unique=True)
    anchor_at = models.DateTimeField(null=True, blank=True, help_text="from which Stripe counts its periods")
    current_period_end = models.DateTimeField(null=True, blank=True)
    cancel_at_period_end = models.BooleanField(default=False)
    grace_ends_at = models.DateTimeField(null=True, blank=True, help_text="while a payment is overdue")
    benefits_ended_at = models.DateTimeField(null=True, blank=True, help_text="the overdue payment did not come")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_running(self) -> bool:
        """Whether it is paid for or may still be charged."""
        return self.state in self.RUNNING

    def gives_benefits_at(self, moment: datetime) -> bool:
        """Whether what it is for can be had now: paid, on trial, or overdue within the grace."""
        if self.state in (self.State.ACTIVE, self.State.TRIALING):
            return True
        if self.state != self.State.PAST_DUE or self.benefits_ended_at is not None:
            return False
        return self.grace_ends_at is None or moment < self.grace_ends_at


class PlanSubscription(SubscriptionAtStripe):
    """A person's subscription to a plan."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="plan_subscriptions")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="subscriptions")
    audience = models.CharField(
        max_length=8, choices=Audience, default=Audience.ARTIST, db_default=Audience.ARTIST.value
    )
    interval = models.CharField(max_length=5, choices=Interval, default=Interval.MONTH, db_default=Interval.MONTH.value)
    price_minor = models.PositiveBigIntegerField(null=True, blank=True, help_text="what a renewal costs her")
    price_tax = models.CharField(
        max_length=10,
        blank=True,
        default="",
        db_default="",
        help_text="inclusive, exclusive; empty: no tax is computed",
    )
    first_invoice_id = models.CharField(
        max_length=120, blank=True, default="", db_default="", help_text="Stripe's, of the first that was paid"
    )
    trial_ends_at = models.DateTimeField(null=True, blank=True)
    paused_from = models.DateTimeField(null=True, blank=True, help_text="the end of what was paid when it was paused")
    paused_until = models.DateTimeField(null=True, blank=True)
    extended_to = models.DateTimeField(
        null=True,
        blank=True,
        help_text="a paid year's end that a rest has moved; Stripe calls the time until it a trial",
    )
    resumes_refused = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="each try to pay for an end of the pause is a request of its own"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "audience"],
                condition=Q(state__in=("active", "trialing", "past_due", "unpaid", "paused", "incomplete")),
                name="one_running_plan_per_audience",
            )
        ]
        indexes = [
            models.Index(
                fields=["grace_ends_at"], condition=Q(benefits_ended_at__isnull=True), name="plans_in_their_grace"
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.state}"

    @property
    def is_annual(self) -> bool:
        """Whether it is paid by the year."""
        return self.interval == Interval.YEAR

    @property
    def price(self) -> Money:
        """What its next renewal costs, unless a change is waiting."""
        known = self.plan.price_for(self.interval) or self.plan.price
        return known if self.price_minor is None else Money(self.price_minor, known.currency)

    @property
    def dearest_licence(self) -> Money | None:
        """The dearest licence that it gives now: of what the plan costs today and what she pays, by the month in which
        less is paid. None where it gives none.
        """
        usual = self.plan.dearest_licence
        if usual is None or self.price_minor is None:
            return usual
        hers = self.plan.dearest_licence_for(self.price_minor // (MONTHS_OF_A_YEAR if self.is_annual else 1))
        return usual if hers is None or usual.amount_minor <= hers.amount_minor else hers

    def is_paused_at(self, moment: datetime) -> bool:
        """Whether it rests: what was paid before the pause is used up, and nothing is charged yet."""
        if self.paused_from is None or moment < self.paused_from:
            return False
        return self.paused_until is None or moment < self.paused_until

    def gives_benefits_at(self, moment: datetime) -> bool:
        """Whether its fee, places and files count now; not while it rests."""
        return not self.is_paused_at(moment) and super().gives_benefits_at(moment)


class PaidPeriod(models.Model):
    """What one paid invoice bought: a month or twelve, each of which brings its credits once."""

    class Stopped(models.TextChoices):
        CHANGED = "changed", _("Another plan began")
        ENDED = "ended", _("The plan ended")
        REFUNDED = "refunded", _("Refunded")
        DISPUTED = "disputed", _("Payment disputed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subscription = models.ForeignKey(PlanSubscription, on_delete=models.PROTECT, related_name="periods")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    invoice_id = models.CharField(max_length=120, unique=True)
    payment_ref = models.CharField(max_length=120, blank=True, db_index=True, help_text="Stripe's payment intent")
    anchor_at = models.DateTimeField(help_text="whose day of the month each month begins on")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    months = models.PositiveSmallIntegerField()
    months_done = models.PositiveSmallIntegerField(default=0)
    next_month_at = models.DateTimeField(null=True, blank=True, help_text="empty: no month is to come")
    stopped_at = models.DateTimeField(null=True, blank=True, help_text="no month begins at or after it")
    stopped_because = models.CharField(max_length=8, choices=Stopped, blank=True)
    rests = models.CharField(
        max_length=80, blank=True, default="", db_default="", help_text="3+2: two months' rest before its fourth month"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_month_at"], condition=Q(next_month_at__isnull=False), name="periods_with_months_to_come"
            )
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.months_done}/{self.months}"

    @property
    def rests_before(self) -> list[tuple[int, int]]:
        """Before which of its months (0: the first) it rests, and for how many."""
        pairs = (one.partition("+") for one in self.rests.split(",") if one)
        return [(int(before), int(months)) for before, _plus, months in pairs]


class PlanMonth(models.Model):
    """One month of a paid period, from the moment when its credits were granted."""

    period = models.ForeignKey(PaidPeriod, on_delete=models.PROTECT, related_name="granted_months")
    index = models.PositiveSmallIntegerField(help_text="0 for the first month of its period")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    credits = models.PositiveIntegerField()
    licences = models.PositiveSmallIntegerField(help_text="that the month brought")
    licences_used = models.PositiveSmallIntegerField(default=0)
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "index"], name="a_month_of_a_period_once"),
            models.CheckConstraint(
                condition=Q(licences_used__lte=F("licences")), name="no_more_licences_than_the_month_brought"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_id} {self.index}"


class PlanTrial(models.Model):
    """A person's one trial. Taken when its checkout opens, given back where that is not completed."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="plan_trial"
    )
    subscription = models.OneToOneField(PlanSubscription, on_delete=models.PROTECT, related_name="trial")
    days = models.PositiveSmallIntegerField()
    taken_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.days}"


class PlanChange(models.Model):
    """Another plan or interval for a running subscription: at once, or with the end of what is paid."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked for")
        WAITING = "waiting", _("Begins with the next period")
        DONE = "done", _("Done")
        WITHDRAWN = "withdrawn", _("Taken back")
        REFUSED = "refused", _("Refused")

    OPEN = ("asked", "waiting")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subscription = models.ForeignKey(PlanSubscription, on_delete=models.PROTECT, related_name="changes")
    from_plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    from_interval = models.CharField(max_length=5, choices=Interval)
    to_plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    to_interval = models.CharField(max_length=5, choices=Interval)
    is_at_once = models.BooleanField()
    due_minor = models.BigIntegerField(null=True, blank=True, help_text="charged at once, as the preview said")
    currency = models.CharField(max_length=6)
    effective_at = models.DateTimeField()
    stripe_schedule_id = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscription"], condition=Q(state__in=("asked", "waiting")), name="one_change_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_plan_id} {self.to_plan_id} {self.state}"


class PlanLetter(models.Model):
    """A letter about a plan, so that each is written once however often its cause is told."""

    class Kind(models.TextChoices):
        PAYMENT_FAILED = "payment_failed", _("A payment did not go through")
        BENEFITS_ENDED = "benefits_ended", _("The benefits ended")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subscription = models.ForeignKey(PlanSubscription, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=16, choices=Kind)
    about = models.CharField(max_length=120, help_text="Stripe's invoice")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "kind", "about"], name="each_letter_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"
