"""A bundle's page, and an artist's own bundles."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.models import Artist, User
from marketplace.catalog.audiences import Access
from marketplace.licensing.models import LicenceTerms
from marketplace.orders.errors import BundleInvalid
from marketplace.orders.models import Bundle
from marketplace.orders.selectors import PresentBundle, bundle_by_id, bundles_of, present_bundles
from marketplace.orders.services import create_bundle, withdraw_bundle
from marketplace.pages.cards import cards_in_order
from marketplace.pages.orders.bundle_forms import BundleForm
from marketplace.pages.orders.presenting import pictures_in
from marketplace.pages.publishing.views import for_artists
from marketplace.pages.viewing import access_behind


@dataclass(frozen=True, slots=True)
class BundleCard:
    """A bundle in a list with its first pictures."""

    present: PresentBundle
    pictures: tuple[str, ...]


def bundle_cards(bundles: Iterable[Bundle], *, access: Access) -> list[BundleCard]:
    """As they stand for anybody with this access; from ``bundles_of``."""
    return [BundleCard(one, pictures_in(one)) for one in present_bundles(bundles, buyer=None, access=access)]


@require_safe
def bundle(request: HttpRequest, bundle_id: UUID) -> HttpResponse:
    """What is in it, what it costs this visitor, and whether it can be bought."""
    found = bundle_by_id(bundle_id)
    buyer = request.user if isinstance(request.user, User) else None
    access = access_behind(request)
    (present,) = present_bundles([found], buyer=buyer, access=access)
    context = {
        "present": present,
        "terms": LicenceTerms.objects.get(code=found.licence, is_current=True),
        "cards": cards_in_order([work.pk for work in present.works], access),
    }
    return render(request, "orders/bundle.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_artists
def my_bundles(request: HttpRequest, artist: Artist) -> HttpResponse:
    """My bundles that are in the shop, and a form for another."""
    form = BundleForm(request.POST if request.method == "POST" else None, artist=artist)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = create_bundle(
                artist=artist,
                title=said["title"],
                description=said["description"],
                language="zh-hans" if (get_language() or "").startswith("zh") else "en",
                licence=said["licence"],
                works=said["works"],
                price=form.money(),
            )
        except BundleInvalid as error:
            form.add_error(None, f"{error.message} {error.way_out}".strip())
        else:
            messages.success(request, _("“%(title)s” is in the shop.") % {"title": made.title})
            return redirect("my_bundles")
    context = {"form": form, "bundles": bundle_cards(bundles_of(artist), access=access_behind(request))}
    return render(request, "orders/my_bundles.html", context, status=422 if form.errors else 200)


@require_POST
@for_artists
def withdraw(request: HttpRequest, artist: Artist, bundle_id: UUID) -> HttpResponse:
    """Out of the shop for good."""
    gone = withdraw_bundle(artist=artist, bundle_id=bundle_id)
    messages.success(request, _("“%(title)s” is out of the shop.") % {"title": gone.title})
    return redirect("my_bundles")
