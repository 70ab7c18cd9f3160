"""The page before Stripe's: what is bought, what it costs, and what the buyer has to say to it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.accounts.addresses import visit_of
from marketplace.accounts.models import Artist, User
from marketplace.accounts.selectors import artist_by_handle
from marketplace.accounts.services import guest_account
from marketplace.catalog.selectors import refuse_closed
from marketplace.core.errors import AtelierError
from marketplace.core.money import EXPONENTS
from marketplace.licensing.errors import OfferNotFound
from marketplace.licensing.selectors import active_offer
from marketplace.orders.basket import Basket, Wanted
from marketplace.orders.consent import NOTHING_TO_DELIVER, given_consent
from marketplace.orders.errors import BasketNotPossible, BundleNotOnSale
from marketplace.orders.models import Bundle
from marketplace.orders.selectors import present_bundles
from marketplace.orders.services import PricedBasket, open_order, price_basket, take_by_club, unpacked
from marketplace.orders.services.discounts import usable_code
from marketplace.pages.billing.countries import chosen_country
from marketplace.pages.orders.amounts import amount_in
from marketplace.pages.orders.carts import CART, bundle_named, visitors_content
from marketplace.pages.orders.checkout_forms import CheckoutForm
from marketplace.pages.orders.presenting import ShownWanted, shown_wanted
from marketplace.pages.orders.reading import remember
from marketplace.pages.orders.referrals import referral_code_of
from marketplace.pages.viewing import access_behind
from marketplace.risk.services import note_visit


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What is bought here: one licence or bundle (Buy now), what can be bought of the cart, or a tip alone."""

    wanted: tuple[Wanted, ...]
    artists: tuple[Artist, ...]
    currency: str
    bundles: tuple[Bundle, ...] = ()

    @property
    def delivers(self) -> bool:
        """Whether there is more in it than a tip."""
        return bool(self.wanted or self.bundles)


@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """``?offer=<id>&amount=``, ``?bundle=<id>``, ``?currency=USD`` (all of the cart) or ``?tip=<handle>`` alone."""
    chosen = _chosen(request)
    form = CheckoutForm(
        request.POST if request.method == "POST" else None,
        currency=chosen.currency,
        artists=chosen.artists,
        is_guest=not isinstance(request.user, User),
        delivers=chosen.delivers,
    )
    if request.method != "POST":
        return _page(request, chosen, form, _priced(chosen, form, request))
    if "pay" not in request.POST:
        # The code or a tip was changed: the same page with other figures; nothing else is asked yet.
        form.is_valid()
        for name in ("email", "recipient_email"):
            form.errors.pop(name, None)
        return _page(request, chosen, form, _priced(chosen, form, request))
    if not form.is_valid():
        return _page(request, chosen, form, _priced(chosen, form, request), status=422)
    try:
        return _to_payment(request, chosen, form)
    except AtelierError as error:
        return _page(request, chosen, form, _priced(chosen, form, request), error=error, status=error.http_status)


def _to_payment(request: HttpRequest, chosen: _Chosen, form: CheckoutForm) -> HttpResponse:
    consent = given_consent(is_given=form.cleaned_data["consent"]) if chosen.delivers else NOTHING_TO_DELIVER
    buyer, origin, is_known = request.user, "", True
    if not isinstance(buyer, User):
        buyer, is_known = guest_account(email=form.cleaned_data["email"], language=request.LANGUAGE_CODE), False
        if request.session.session_key is None:
            request.session.create()
        origin = str(request.session.get(CART) or request.session.session_key)
    basket = _basket(chosen, form, origin=origin)
    visit = visit_of(request)
    if is_known or buyer.is_guest:
        note_visit(person=buyer, visit=visit)
    order = open_order(
        buyer=buyer,
        basket=basket,
        consent=consent,
        is_known=is_known,
        referral_code=referral_code_of(request),
        country=chosen_country(request),
        visit=visit,
    )
    if not is_known:
        remember(request, order_id=order.pk, reader=buyer)
    return HttpResponseRedirect(order.checkout_url) if order.checkout_url else redirect("order", order_id=order.pk)


def _basket(chosen: _Chosen, form: CheckoutForm, *, origin: str = "") -> Basket:
    return Basket(chosen.wanted, form.tips(), form.cleaned_data.get("code", ""), form.gift(), origin, chosen.bundles)


def _chosen(request: HttpRequest) -> _Chosen:
    asked = request.GET
    if "offer" in asked:
        return _one_licence(asked, request)
    if "bundle" in asked:
        return _one_bundle(asked, request)
    if "tip" in asked:
        artist = artist_by_handle(asked["tip"])
        if artist is None:
            raise BasketNotPossible(_("There is no such artist."), way_out=_("Look around."))
        return _Chosen((), (artist,), "USD")
    currency = asked.get("currency", "")
    content = visitors_content(request)
    lines = [line for line in content.lines if not line.problem]
    bundles = [line for line in content.bundles if not line.problem]
    if currency not in EXPONENTS and (lines or bundles):
        currency = (lines[0] if lines else bundles[0]).price.currency
    lines = [line for line in lines if line.price.currency == currency]
    bundles = [line for line in bundles if line.price.currency == currency]
    if not lines and not bundles:
        raise BasketNotPossible(
            _("There is nothing in your cart that can be bought."), way_out=_("Look around and choose a licence.")
        )
    artists = {line.item.work.artist_id: line.item.work.artist for line in lines}
    artists |= {line.present.bundle.artist_id: line.present.bundle.artist for line in bundles}
    return _Chosen(
        tuple(line.wanted for line in lines),
        tuple(artists.values()),
        currency,
        tuple(line.present.bundle for line in bundles),
    )


def _one_bundle(asked: QueryDict, request: HttpRequest) -> _Chosen:
    bundle = bundle_named(str(asked["bundle"]))
    (present,) = present_bundles([bundle], buyer=request.user if isinstance(request.user, User) else None)
    if present.problem and not present.held:
        raise BundleNotOnSale(present.problem, way_out=_("Look at the works one by one."))
    return _Chosen((), (bundle.artist,), bundle.currency, (bundle,))


def _one_licence(asked: QueryDict, request: HttpRequest) -> _Chosen:
    try:
        offer = active_offer(UUID(str(asked["offer"])))
    except ValueError as error:
        raise OfferNotFound(_("Choose a licence first."), way_out=_("Go back to the work's page.")) from error
    refuse_closed(offer.work, viewer=access_behind(request))
    wanted = Wanted(offer, amount_in(asked.get("amount", ""), offer=offer))
    return _Chosen((wanted,), (offer.work.artist,), offer.currency)


def _priced(chosen: _Chosen, form: CheckoutForm, request: HttpRequest) -> tuple[PricedBasket | None, str]:
    """The prices with what was typed so far, and why the code or an amount does not count."""
    said = form.cleaned_data if form.is_bound else {}
    tips = form.tips() if form.is_bound else ()
    text = str(said.get("code", ""))
    buyer = request.user if isinstance(request.user, User) else None
    told = ""
    try:
        # What she holds already is left out, but not of a gift.
        plain = unpacked(
            Basket(chosen.wanted, tips, text, bundles=chosen.bundles),
            buyer=None if said.get("is_gift") else buyer,
            access=access_behind(request),
        )
        code = usable_code(text, buyer=buyer) if text.strip() else None
        return price_basket(plain, code=code), ""
    except AtelierError as error:
        told = f"{error.message} {error.way_out}".strip()
    try:
        plain = unpacked(Basket(chosen.wanted, tips, bundles=chosen.bundles), buyer=buyer)
        return price_basket(plain), told
    except AtelierError:
        # A tip alone that was not typed yet, or an amount that is not possible: there is no total to show.
        return None, told if form.is_bound else ""


def _page(
    request: HttpRequest,
    chosen: _Chosen,
    form: CheckoutForm,
    priced: tuple[PricedBasket | None, str],
    *,
    error: AtelierError | None = None,
    status: int = 200,
) -> HttpResponse:
    found, told = priced
    shown: list[ShownWanted] = shown_wanted(found)
    context: dict[str, Any] = {
        "shown": shown,
        "priced": found,
        "told": told,
        "form": form,
        "error": error,
        "tip_only": not chosen.delivers,
        "artists": chosen.artists,
        "is_guest": not isinstance(request.user, User),
        "here": request.get_full_path(),
    }
    template = "orders/_checkout_sum.html" if request.htmx and status == 200 else "orders/checkout.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=status)


@require_POST
@login_required
def by_club(request: HttpRequest) -> HttpResponse:
    """A licence by the person's club: hers at once."""
    assert isinstance(request.user, User)
    try:
        offer = active_offer(UUID(request.POST.get("offer", "")))
    except ValueError as error:
        raise OfferNotFound(_("Choose a licence first."), way_out=_("Go back to the work's page.")) from error
    consent = given_consent(is_given=bool(request.POST.get("consent")))
    note_visit(person=request.user, visit=visit_of(request))
    order = take_by_club(buyer=request.user, offer=offer, consent=consent)
    return redirect("order", order_id=order.pk)
