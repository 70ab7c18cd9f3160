"""The page on which an artist changes what a published work is sold for."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.accounts.models import Artist
from marketplace.catalog.selectors import title_in, work_of_artist
from marketplace.core.errors import AtelierError
from marketplace.licensing.selectors import current_terms, offers_of
from marketplace.pages.orders.pictures import picture_address
from marketplace.pages.publishing.price_forms import PricesForm, present_prices
from marketplace.pages.publishing.views import for_artists
from marketplace.publishing.services import change_offers


@for_artists
def prices(request: HttpRequest, artist: Artist, work_id: UUID) -> HttpResponse:
    """Licences, prices, and where buyers may pay more, of a work of mine."""
    work = work_of_artist(work_id=work_id, artist=artist)
    terms = current_terms()
    form = PricesForm(
        request.POST if request.method == "POST" else None,
        terms=terms,
        initial=present_prices(offers_of(work), terms),
    )
    title = title_in(work, get_language() or "en")
    if request.method == "POST" and form.is_valid():
        try:
            change_offers(artist=artist, work_id=work_id, offers=form.offers())
        except AtelierError as error:
            form.add_error(None, f"{error.message} {error.way_out}".strip())
        else:
            messages.success(request, _("The prices of “%(title)s” are changed.") % {"title": title})
            return redirect("my_works")
    shown = {"form": form, "work": work, "title": title, "picture": picture_address(work)}
    return render(request, "publishing/prices.html", shown)
