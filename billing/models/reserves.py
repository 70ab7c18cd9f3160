"""What is kept back of a new artist's sales for a while, in case buyers want their money back."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.sales import Sale
from marketplace.accounts.models import Artist
from marketplace.core.ids import new_id
from marketplace.core.money import Money


class RollingReserve(models.Model):
    """The part of one sale that is kept back, from when it matured until ``release_at``.

    The rows' ``left_minor`` add up to the artist's account `artist_rolling_reserve`; all of its writers hold the lock
    on her available balance.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sale = models.OneToOneField(Sale, on_delete=models.PROTECT, related_name="rolling_reserve")
    artist = models.ForeignKey(Artist, on_delete=models.PROTECT, related_name="rolling_reserves")
    currency = models.CharField(max_length=6)
    amount_minor = models.PositiveBigIntegerField(help_text="what was kept back")
    left_minor = models.PositiveBigIntegerField(help_text="what refunds and disputes have left of it")
    taken_at = models.DateTimeField()
    release_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("reserve")
        verbose_name_plural = _("reserves")
        indexes = [
            models.Index(fields=["release_at"], condition=Q(left_minor__gt=0), name="reserves_to_release"),
            models.Index(fields=["artist", "currency"], condition=Q(left_minor__gt=0), name="reserves_of_artist"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, left_minor__lte=F("amount_minor")), name="reserve_within_what_was_kept"
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(left_minor=0), name="nothing_left_after_release"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sale_id} {self.left_minor}"

    @property
    def amount(self) -> Money:
        """What was kept back."""
        return Money(self.amount_minor, self.currency)

    @property
    def left(self) -> Money:
        """What is still there."""
        return Money(self.left_minor, self.currency)
