"""The visitor's cart, signed in or not."""

from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.catalog.selectors import title_in
from marketplace.licensing.errors import OfferNotFound
from marketplace.licensing.models import LicenceOffer
from marketplace.licensing.selectors import active_offer
from marketplace.orders.errors import BundleNotFound
from marketplace.orders.models import Bundle, Cart, Order
from marketplace.orders.selectors import CartBundleLine, CartLine, bundle_by_id, bundles_in, lines_in
from marketplace.orders.services import (
    add_bundle_to_cart,
    add_to_cart,
    cart_of,
    refuse_early,
    remove_bundle_from_cart,
    remove_from_cart,
    take_out_what_was_bought,
)
from marketplace.pages.orders.amounts import amount_in
from marketplace.pages.orders.presenting import ShownBundle, ShownItem, shown_bundles, shown_items
from marketplace.pages.viewing import observer_behind
from recommendations.services import record_event

CART, COUNT = "cart", "cart_count"


def visitors_cart(request: HttpRequest) -> Cart | None:
    """The cart of whoever looks; None where there is none yet."""
    user = request.user if isinstance(request.user, User) else None
    kept = request.session.get(CART)
    return cart_of(user=user, guest_cart_id=UUID(kept) if kept else None)


@dataclass(frozen=True, slots=True)
class CartContent:
    """All that is in a cart."""

    lines: list[CartLine]
    bundles: list[CartBundleLine]


@dataclass(slots=True)
class CartGroup:
    """What is in a cart in one currency."""

    items: list[ShownItem] = field(default_factory=list)
    bundles: list[ShownBundle] = field(default_factory=list)

    @property
    def together(self) -> list[ShownItem | ShownBundle]:
        """All that has a price."""
        return [*self.items, *self.bundles]


def visitors_content(request: HttpRequest) -> CartContent:
    """What is in it; the number beside the cart's link is brought into line."""
    user = request.user if isinstance(request.user, User) else None
    cart = visitors_cart(request)
    bundles = bundles_in(cart, buyer=user)
    lines = lines_in(cart, buyer=user, bundles=bundles)
    count = len(lines) + len(bundles)
    if request.session.get(COUNT, 0) != count:
        request.session[COUNT] = count
    return CartContent(lines, bundles)


def bundle_named(text: str) -> Bundle:
    """The bundle with this id. Raises BundleNotFound."""
    try:
        return bundle_by_id(UUID(text))
    except ValueError as error:
        raise BundleNotFound(way_out=_("Look at the works of the artist.")) from error


@require_safe
def cart(request: HttpRequest) -> HttpResponse:
    """What is in it, by currency, with what stands in the way of buying it."""
    content = visitors_content(request)
    by_currency: dict[str, CartGroup] = {}
    for item in shown_items(content.lines):
        by_currency.setdefault(item.line.price.currency, CartGroup()).items.append(item)
    for bundle in shown_bundles(content.bundles):
        by_currency.setdefault(bundle.line.price.currency, CartGroup()).bundles.append(bundle)
    return render(request, "orders/cart.html", {"groups": by_currency})


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """A licence or a bundle was chosen on its page: into the cart, or to the checkout of it alone."""
    if "bundle" in request.POST:
        return _start_bundle(request, bundle_named(request.POST["bundle"]))
    try:
        offer = active_offer(UUID(request.POST.get("offer", "")))
    except ValueError as error:
        raise OfferNotFound(_("Choose a licence first."), way_out=_("Go back to the work's page.")) from error
    if request.POST.get("to") == "cart":
        return _add(request, offer)
    refuse_early(buyer=request.user if isinstance(request.user, User) else None, offer=offer)
    asked = {"offer": str(offer.pk)}
    if amount_in(request.POST.get("amount", ""), offer=offer) is not None:
        asked["amount"] = request.POST["amount"]
    return redirect(f"{reverse('checkout')}?{urlencode(asked)}")


def _add(request: HttpRequest, offer: LicenceOffer) -> HttpResponse:
    user = request.user if isinstance(request.user, User) else None
    kept = request.session.get(CART)
    amount = amount_in(request.POST.get("amount", ""), offer=offer)
    cart = add_to_cart(user=user, offer=offer, amount=amount, guest_cart_id=UUID(kept) if kept else None)
    _remember_cart(request, cart, user)
    record_event(kind="carted", work_id=offer.work_id, viewer=observer_behind(request))
    messages.success(request, _("“%(title)s” is in your cart.") % {"title": _title(offer.work)})
    return redirect("cart")


def _start_bundle(request: HttpRequest, bundle: Bundle) -> HttpResponse:
    if request.POST.get("to") != "cart":
        return redirect(f"{reverse('checkout')}?{urlencode({'bundle': str(bundle.pk)})}")
    user = request.user if isinstance(request.user, User) else None
    kept = request.session.get(CART)
    cart = add_bundle_to_cart(user=user, bundle=bundle, guest_cart_id=UUID(kept) if kept else None)
    _remember_cart(request, cart, user)
    messages.success(request, _("“%(title)s” is in your cart.") % {"title": bundle.title})
    return redirect("cart")


def _remember_cart(request: HttpRequest, cart: Cart, user: User | None) -> None:
    if user is None:
        request.session[CART] = str(cart.pk)
    request.session[COUNT] = cart.items.count() + cart.bundles.count()


@require_POST
def remove(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Take a licence out; it can be put back."""
    cart = visitors_cart(request)
    offer = remove_from_cart(cart=cart, item_id=item_id) if cart else None
    if offer is not None:
        messages.info(
            request,
            format_html(
                '{} <a href="{}">{}</a>',
                _("“%(title)s” is out of your cart.") % {"title": _title(offer.work)},
                offer.work.get_absolute_url(),
                _("Back to the work"),
            ),
        )
    return redirect("cart")


@require_POST
def remove_bundle(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Take a bundle out; it can be put back."""
    cart = visitors_cart(request)
    bundle = remove_bundle_from_cart(cart=cart, item_id=item_id) if cart else None
    if bundle is not None:
        told = _("“%(title)s” is out of your cart.") % {"title": bundle.title}
        link = format_html('{} <a href="{}">{}</a>', told, bundle.get_absolute_url(), _("Back to the bundle"))
        messages.info(request, link)
    return redirect("cart")


def take_out_of_cart(request: HttpRequest, order: Order) -> None:
    """What was bought is in the visitor's cart no more."""
    cart = visitors_cart(request)
    if cart is not None and take_out_what_was_bought(order=order, cart=cart):
        request.session[COUNT] = cart.items.count() + cart.bundles.count()


def _title(work: Work) -> str:
    return title_in(work, get_language() or "en")
