"""What an artist offers to members: tiers, each with a price by the month and perhaps by the year."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from billing.models import Interval
from marketplace.accounts.models import Artist
from marketplace.core.ids import new_id
from marketplace.core.money import Money

MOST_TIERS = 4
LONGEST_NAME, LONGEST_DESCRIPTION = 60, 2000


class Tier(models.Model):
    """One tier. A higher ``level`` sees what lower ones see, and more; it never changes, as members rely on it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    artist = models.ForeignKey(Artist, on_delete=models.PROTECT, related_name="membership_tiers")
    level = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(MOST_TIERS)], help_text="1 is the lowest"
    )
    name_en = models.CharField(max_length=LONGEST_NAME, blank=True)
    name_zh_hans = models.CharField(max_length=LONGEST_NAME, blank=True)
    description_en = models.TextField(max_length=LONGEST_DESCRIPTION, blank=True)
    description_zh_hans = models.TextField(max_length=LONGEST_DESCRIPTION, blank=True)
    currency = models.CharField(max_length=3)
    stripe_product_id = models.CharField(max_length=80, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="takes no new members since")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("membership tier")
        verbose_name_plural = _("membership tiers")
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=MOST_TIERS), name="tier_levels_are_1_to_4"),
            models.CheckConstraint(condition=~Q(name_en="", name_zh_hans=""), name="a_tier_has_a_name_in_one_language"),
            models.UniqueConstraint(
                fields=["artist", "level"], condition=Q(closed_at__isnull=True), name="one_open_tier_per_level"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Whether one can join."""
        return self.closed_at is None

    @property
    def name(self) -> str:
        """In the language of the moment, or the one in which it was written."""
        return _in_readers_language(self.name_en, self.name_zh_hans)

    @property
    def description(self) -> str:
        """In the language of the moment, or the one in which it was written."""
        return _in_readers_language(self.description_en, self.description_zh_hans)


def _in_readers_language(english: str, chinese: str) -> str:
    return (chinese or english) if (get_language() or "").startswith("zh") else (english or chinese)


class TierPrice(models.Model):
    """A price of a tier. It never changes: another one takes its place for new members, present members keep it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="prices")
    interval = models.CharField(max_length=5, choices=Interval)
    amount_minor = models.PositiveBigIntegerField(help_text="minor units of the tier's currency, per interval")
    currency = models.CharField(max_length=3)
    stripe_price_id = models.CharField(max_length=80, null=True, blank=True, unique=True)
    is_current = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("price of a membership tier")
        verbose_name_plural = _("prices of membership tiers")
        constraints = [
            models.UniqueConstraint(
                fields=["tier", "interval"], condition=Q(is_current=True), name="one_current_tier_price_per_interval"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="a_tier_costs_something"),
        ]

    def __str__(self) -> str:
        return f"{self.tier_id} {self.interval} {self.amount}"

    @property
    def amount(self) -> Money:
        """Per interval."""
        return Money(self.amount_minor, self.currency)

    @property
    def is_annual(self) -> bool:
        """Whether it is paid by the year."""
        return self.interval == Interval.YEAR


class TaxedTierPrice(models.Model):
    """A tier's price as it is at Stripe where tax is computed: one with tax inside, one with tax on top."""

    price = models.ForeignKey(TierPrice, on_delete=models.PROTECT, related_name="taxed")
    price_tax = models.CharField(max_length=10, help_text="inclusive, exclusive")
    stripe_price_id = models.CharField(max_length=80, unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["price", "price_tax"], name="one_taxed_tier_price_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.price_id} {self.price_tax}"
