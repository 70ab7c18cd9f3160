"""A cart outlives signing in."""

from uuid import UUID

from django.http import HttpRequest

from marketplace.accounts.models import User
from marketplace.orders.services import cart_of, join_carts
from marketplace.pages.orders.carts import CART, COUNT


def keep_guests_cart(*, request: HttpRequest, user: User, **_more: object) -> None:
    """What was chosen before signing in is in the person's cart."""
    if (kept := request.session.pop(CART, None)) is not None:
        join_carts(user=user, guest_cart_id=UUID(kept))
    cart = cart_of(user=user)
    request.session[COUNT] = cart.items.count() + cart.bundles.count() if cart else 0
