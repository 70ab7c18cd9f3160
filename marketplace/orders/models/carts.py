"""What somebody means to buy. A cart holds nothing back from others; prices are read anew each time it is shown."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.core.ids import new_id
from marketplace.licensing.models import LicenceOffer


class Cart(models.Model):
    """A person's cart, or a guest's, whose browser session names it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField(User, on_delete=models.CASCADE, null=True, blank=True, related_name="cart")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("cart")
        verbose_name_plural = _("carts")
        indexes = [models.Index(fields=["updated_at"], condition=Q(user=None), name="guests_carts_by_time")]

    def __str__(self) -> str:
        return str(self.id)


class CartItem(models.Model):
    """One licence in a cart; a work is in it once. ``amount_minor``: what the buyer gives where she may choose."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="items")
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="cart_items")
    offer = models.ForeignKey(LicenceOffer, on_delete=models.CASCADE, related_name="cart_items")
    amount_minor = models.PositiveBigIntegerField(null=True, blank=True)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("item of a cart")
        verbose_name_plural = _("items of carts")
        constraints = [models.UniqueConstraint(fields=["cart", "work"], name="a_work_once_per_cart")]

    def __str__(self) -> str:
        return f"{self.cart_id}: {self.offer_id}"
