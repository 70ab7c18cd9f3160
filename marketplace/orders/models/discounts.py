"""Codes that take something off a price: an artist's own for her works, or the platform's for all."""

from datetime import datetime

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Artist, User
from marketplace.catalog.models import Work
from marketplace.core.ids import new_id
from marketplace.core.money import EXPONENTS, PER_DOLLAR, Money

# What a share that the platform pays takes off one order at most where nobody said it.
MOST_OFF_DOLLARS = 25


class DiscountCode(models.Model):
    """A share or an amount off. The row is locked by whoever takes or gives back one of its uses.

    Without an artist it is the platform's: it is good for all works, and the platform pays the artists the difference.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(_("code"), max_length=24, unique=True, help_text=_("Capitals, digits and hyphens."))
    artist = models.ForeignKey(Artist, on_delete=models.PROTECT, null=True, blank=True, related_name="discount_codes")
    works = models.ManyToManyField(Work, blank=True, related_name="discount_codes", verbose_name=_("works"))
    share_basis_points = models.PositiveIntegerField(null=True, blank=True, help_text="1/100 of a percent")
    amount_minor = models.PositiveBigIntegerField(null=True, blank=True, help_text="minor units of the currency")
    currency = models.CharField(max_length=3, blank=True, help_text="of an amount")
    starts_at = models.DateTimeField(_("valid from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    most_uses = models.PositiveIntegerField(_("uses in all"), null=True, blank=True)
    most_uses_per_buyer = models.PositiveIntegerField(_("uses per buyer"), null=True, blank=True, default=1)
    most_off_dollars = models.PositiveIntegerField(
        _("at most off an order, in US dollars"),
        default=MOST_OFF_DOLLARS,
        db_default=MOST_OFF_DOLLARS,
        validators=[MinValueValidator(1)],
        help_text=_("Of a share that the platform pays; about as much in other currencies."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("discount code")
        verbose_name_plural = _("discount codes")
        constraints = [
            models.CheckConstraint(
                condition=Q(share_basis_points__gt=0, share_basis_points__lte=10_000, amount_minor=None)
                | Q(share_basis_points=None, amount_minor__gt=0),
                name="a_code_takes_a_share_or_an_amount",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(starts_at=None) | Q(ends_at__gt=F("starts_at")),
                name="a_code_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_paid_by_platform(self) -> bool:
        """Whether the platform pays the artists what it takes off."""
        return self.artist_id is None

    def most_off(self, currency: str) -> Money | None:
        """The ceiling of what a share takes off one order; None for an artist's code, which costs nobody else."""
        if not self.is_paid_by_platform:
            return None
        return Money(self.most_off_dollars * PER_DOLLAR[currency] * int(10 ** EXPONENTS[currency]), currency)

    @property
    def takes(self) -> str:
        """What it takes off, in words of figures: ``20%``, ``12.5%`` or ``$5.00``."""
        if self.share_basis_points is not None:
            return f"{self.share_basis_points / 100:g}%"
        return str(Money(self.amount_minor or 0, self.currency))

    def is_current(self, moment: datetime) -> bool:
        """Whether it is good at ``moment``, its uses aside."""
        begun = self.starts_at is None or self.starts_at <= moment
        return self.is_active and begun and (self.ends_at is None or moment < self.ends_at)


class DiscountUse(models.Model):
    """One use of a code by one order: kept while the order is open, used when it is paid, given back when it ends."""

    class State(models.TextChoices):
        KEPT = "kept", _("Kept for an open order")
        USED = "used", _("Used")
        GIVEN_BACK = "given_back", _("Given back")

    # Those that count against the code's limits.
    COUNTED = ("kept", "used")

    order = models.OneToOneField(
        "orders.Order", on_delete=models.PROTECT, primary_key=True, related_name="discount_use"
    )
    code = models.ForeignKey(DiscountCode, on_delete=models.PROTECT, related_name="uses")
    buyer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="discount_uses")
    state = models.CharField(max_length=12, choices=State, default=State.KEPT)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("use of a discount code")
        verbose_name_plural = _("uses of discount codes")
        indexes = [models.Index(fields=["code", "buyer"], name="uses_of_a_code_by_buyer")]

    def __str__(self) -> str:
        return f"{self.code_id} {self.state}"
