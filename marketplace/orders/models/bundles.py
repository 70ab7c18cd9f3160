"""Several works of an artist that are sold together for less than one by one."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.core.ids import new_id
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceTerms
from marketplace.orders.models.carts import Cart


class Bundle(models.Model):
    """Works under one licence at one price. What is in it and what it costs never changes; it can be withdrawn."""

    # An exclusive licence ends all other sales of a work: such are sold one by one.
    LICENCES = (LicenceTerms.Code.PERSONAL, LicenceTerms.Code.COMMERCIAL)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    artist = models.ForeignKey(Artist, on_delete=models.PROTECT, related_name="bundles")
    title = models.CharField(max_length=140)
    description = models.TextField(max_length=2000, blank=True)
    language = models.CharField(max_length=8, choices=settings.LANGUAGES, default="en")
    licence = models.CharField(max_length=16, choices=LicenceTerms.Code)
    price_minor = models.PositiveBigIntegerField(help_text="minor units, of all works together")
    currency = models.CharField(max_length=3)
    works: models.ManyToManyField[Work, "BundleItem"] = models.ManyToManyField(
        Work, through="BundleItem", related_name="bundles"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("bundle")
        verbose_name_plural = _("bundles")
        indexes = [models.Index(fields=["artist", "-created_at"], name="bundles_of_an_artist")]
        constraints = [
            models.CheckConstraint(condition=Q(price_minor__gt=0), name="a_bundle_has_a_price"),
            models.CheckConstraint(
                condition=~Q(licence=LicenceTerms.Code.EXCLUSIVE), name="a_bundle_is_of_licences_for_many"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page."""
        return f"/bundles/{self.id}"

    @property
    def price(self) -> Money:
        """What all of its works cost together."""
        return Money(self.price_minor, self.currency)


class BundleItem(models.Model):
    """One work of a bundle, in the order in which the artist chose them."""

    bundle = models.ForeignKey(Bundle, on_delete=models.CASCADE, related_name="items")
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="bundle_items")
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("work in a bundle")
        verbose_name_plural = _("works in bundles")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["bundle", "work"], name="a_work_once_per_bundle")]

    def __str__(self) -> str:
        return f"{self.bundle_id}: {self.work_id}"


class CartBundle(models.Model):
    """A bundle in a cart, bought as one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="bundles")
    bundle = models.ForeignKey(Bundle, on_delete=models.CASCADE, related_name="cart_items")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("bundle in a cart")
        verbose_name_plural = _("bundles in carts")
        constraints = [models.UniqueConstraint(fields=["cart", "bundle"], name="a_bundle_once_per_cart")]

    def __str__(self) -> str:
        return f"{self.cart_id}: {self.bundle_id}"
