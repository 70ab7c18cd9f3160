"""Carts: what somebody means to buy, with an account or without."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceOffer
from marketplace.orders.basket import MOST_LICENCES, Wanted
from marketplace.orders.errors import BasketNotPossible
from marketplace.orders.models import Bundle, Cart, CartBundle, CartItem, Order
from marketplace.orders.services.checkout.pricing import check_amount

MOST_BUNDLES = 10
# A guest who has not come back for so long has forgotten it.
GUESTS_CARTS_LAST = timedelta(days=30)


def cart_of(*, user: User | None, guest_cart_id: UUID | None = None) -> Cart | None:
    """The person's cart, or the guest's whose browser names it; None where nothing was put into one yet."""
    if user is not None:
        return Cart.objects.filter(user=user).first()
    return Cart.objects.filter(pk=guest_cart_id, user=None).first() if guest_cart_id else None


@transaction.atomic
def add_to_cart(
    *, user: User | None, offer: LicenceOffer, amount: Money | None = None, guest_cart_id: UUID | None = None
) -> Cart:
    """Put a licence into the cart, made where there is none; another licence of the same work gives way to it.

    Raises AmountNotPossible, and BasketNotPossible where the cart is full.
    """
    check_amount(Wanted(offer, amount))
    cart = _locked(user, guest_cart_id)
    if CartItem.objects.filter(cart=cart).exclude(work=offer.work_id).count() >= MOST_LICENCES:
        raise BasketNotPossible.too_many(MOST_LICENCES)
    CartItem.objects.update_or_create(
        cart=cart,
        work_id=offer.work_id,
        defaults={"offer": offer, "amount_minor": amount.amount_minor if amount else None},
    )
    cart.save(update_fields=["updated_at"])
    return cart


@transaction.atomic
def add_bundle_to_cart(*, user: User | None, bundle: Bundle, guest_cart_id: UUID | None = None) -> Cart:
    """Put a bundle into the cart, once. Raises BasketNotPossible where the cart is full."""
    cart = _locked(user, guest_cart_id)
    if CartBundle.objects.filter(cart=cart).exclude(bundle=bundle).count() >= MOST_BUNDLES:
        raise BasketNotPossible.too_many(MOST_BUNDLES)
    CartBundle.objects.get_or_create(cart=cart, bundle=bundle)
    cart.save(update_fields=["updated_at"])
    return cart


def remove_bundle_from_cart(*, cart: Cart, item_id: UUID) -> Bundle | None:
    """Take a bundle out; answers it, so that it can be put back. None where it was not in it (any more)."""
    item = CartBundle.objects.select_related("bundle").filter(cart=cart, pk=item_id).first()
    if item is None:
        return None
    CartBundle.objects.filter(pk=item.pk).delete()
    return item.bundle


def _locked(user: User | None, guest_cart_id: UUID | None) -> Cart:
    """The cart, made where there is none, locked."""
    if user is not None:
        cart, _made = Cart.objects.get_or_create(user=user)
    else:
        cart = cart_of(user=None, guest_cart_id=guest_cart_id) or Cart.objects.create()
    return Cart.objects.select_for_update(no_key=True).get(pk=cart.pk)


def remove_from_cart(*, cart: Cart, item_id: UUID) -> LicenceOffer | None:
    """Take an item out; answers its offer, so that it can be put back. None where it was not in it (any more)."""
    item = CartItem.objects.select_related("offer__work").filter(cart=cart, pk=item_id).first()
    if item is None:
        return None
    CartItem.objects.filter(pk=item.pk).delete()
    return item.offer


@transaction.atomic
def join_carts(*, user: User, guest_cart_id: UUID) -> None:
    """Whoever signs in keeps what she chose before; of a work in both carts, what she chose last."""
    guests = Cart.objects.select_for_update(no_key=True).filter(pk=guest_cart_id, user=None).first()
    if guests is None:
        return
    cart, _made = Cart.objects.get_or_create(user=user)
    Cart.objects.select_for_update(no_key=True).get(pk=cart.pk)
    for item in guests.items.order_by("added_at"):
        CartItem.objects.update_or_create(
            cart=cart, work_id=item.work_id, defaults={"offer_id": item.offer_id, "amount_minor": item.amount_minor}
        )
    for bundle_id in guests.bundles.order_by("added_at").values_list("bundle_id", flat=True):
        CartBundle.objects.get_or_create(cart=cart, bundle_id=bundle_id)
    guests.delete()


def take_out_what_was_bought(*, order: Order, cart: Cart) -> bool:
    """A paid order's works and bundles need not be bought again; answers whether any was still in the cart."""
    granted = [line for line in order.lines.all() if line.grant_id]
    works, bundles = [line.work_id for line in granted], {line.bundle_id for line in granted if line.bundle_id}
    items, _by_model = CartItem.objects.filter(cart=cart, work_id__in=works).delete()
    whole = 0
    if bundles:
        whole, _by_model = CartBundle.objects.filter(cart=cart, bundle_id__in=bundles).delete()
    return items + whole > 0


def forget_old_carts() -> int:
    """Delete guests' carts that nobody came back for; answers how many."""
    _rows, by_model = Cart.objects.filter(user=None, updated_at__lt=now() - GUESTS_CARTS_LAST).delete()
    return by_model.get("orders.Cart", 0)
