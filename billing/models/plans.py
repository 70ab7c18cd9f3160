"""What the shop sells of its own: credit packs (once) and plans (every month or year), and their prices at Stripe."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.core.ids import new_id
from marketplace.core.money import Money


class Audience(models.TextChoices):
    """Whom a plan is for; a person can have one running plan of each."""

    ARTIST = "artist", _("Artists")
    BUYER = "buyer", _("Buyers")


class Interval(models.TextChoices):
    """How often a plan is paid. Its credits come every month on both."""

    MONTH = "month", _("Monthly")
    YEAR = "year", _("Yearly")


MONTHS_OF_A_YEAR = 12


class _Sellable(models.Model):
    """A price of the catalogue; ``lookup_key`` finds it at Stripe."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    name_en = models.CharField(max_length=80)
    name_zh_hans = models.CharField(max_length=80)
    credits = models.PositiveIntegerField(help_text="credits per purchase or per paid month")
    credits_last_days = models.PositiveIntegerField(null=True, blank=True, help_text="empty: they do not expire")
    price_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=6, default="USD")
    is_active = models.BooleanField(default=True)
    lookup_key = models.CharField(max_length=80, unique=True)
    stripe_product_id = models.CharField(max_length=80, blank=True)
    stripe_price_id = models.CharField(max_length=80, blank=True, db_index=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the moment."""
        return self.name_zh_hans if (get_language() or "").startswith("zh") else self.name_en

    @property
    def price(self) -> Money:
        """What it costs, per purchase or per month."""
        return Money(self.price_minor, self.currency)


class CreditPack(_Sellable):
    """Credits bought once."""

    class Meta(_Sellable.Meta):
        abstract = False


class Plan(_Sellable):
    """Credits and benefits every month, paid by the month or by the year. Having no plan is the free one."""

    audience = models.CharField(
        max_length=8, choices=Audience, default=Audience.ARTIST, db_default=Audience.ARTIST.value
    )
    rank = models.PositiveSmallIntegerField(default=1, db_default=1, help_text="a higher one has more; free is 0")
    annual_price_minor = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="per year; empty: by the month only"
    )
    trial_days = models.PositiveSmallIntegerField(default=0, db_default=0)
    trial_credits = models.PositiveIntegerField(default=0, db_default=0, help_text="once, when a trial begins")
    fee_basis_points = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="of a sale, in 1/100 of a percent; empty: as without a plan"
    )
    private_loras = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="LoRA files that are kept; empty: as without a plan"
    )
    queue_weight = models.PositiveSmallIntegerField(
        default=4, db_default=4, help_text="share of the workers while others wait too; 1 without a plan"
    )
    licences_each_month = models.PositiveSmallIntegerField(default=0, db_default=0)
    early_access_hours = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="hours before everybody else"
    )

    class Meta(_Sellable.Meta):
        abstract = False

    @property
    def annual_price(self) -> Money | None:
        """What a year costs; None where it is sold by the month only."""
        return None if self.annual_price_minor is None else Money(self.annual_price_minor, self.currency)

    @property
    def dearest_licence(self) -> Money | None:
        """The dearest that a club gives: a month's price divided among its licences; None where it gives none."""
        months = [self.price_minor]
        if self.annual_price_minor is not None:
            months.append(self.annual_price_minor // MONTHS_OF_A_YEAR)
        return self.dearest_licence_for(min(months))

    def dearest_licence_for(self, month_minor: int) -> Money | None:
        """The same where a month was paid with ``month_minor``.

        No more, so that artists are never paid more for a month's licences (their price less the platform's fee) than
        the month has brought, and nobody more for licences in her own works than the club costs her.
        """
        if not self.licences_each_month:
            return None
        return Money(month_minor // self.licences_each_month, self.currency)

    def price_for(self, interval: str) -> Money | None:
        """What ``interval`` costs; None where it is not sold so."""
        return self.annual_price if interval == Interval.YEAR else self.price


class PlanPrice(models.Model):
    """A price of a plan at Stripe. One that is not current stays, for those who subscribed at it."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="prices")
    interval = models.CharField(max_length=5, choices=Interval)
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=6)
    price_tax = models.CharField(
        max_length=10,
        blank=True,
        default="",
        db_default="",
        help_text="inclusive, exclusive; empty: no tax is computed",
    )
    stripe_price_id = models.CharField(max_length=80, unique=True)
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "interval", "price_tax"],
                condition=Q(is_current=True),
                name="one_current_price_per_interval",
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.interval} {self.amount}"

    @property
    def amount(self) -> Money:
        """Per interval."""
        return Money(self.amount_minor, self.currency)


class StripeCustomer(models.Model):
    """A person as Stripe knows her."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="stripe_customer"
    )
    stripe_customer_id = models.CharField(max_length=80, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.stripe_customer_id
