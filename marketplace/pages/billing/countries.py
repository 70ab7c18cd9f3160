"""The country for which a visitor's prices are said with tax or without it, where she has named none for invoices."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from billing.tax import TaxPlace, tax_place_of
from marketplace.accounts.countries import countries, country_name
from marketplace.accounts.models import User

_SESSION = "country"


class CountryForm(forms.Form):
    """One of the world's countries."""

    country = forms.ChoiceField(label=_("Country"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = countries()  # type: ignore[attr-defined]


def chosen_country(request: HttpRequest) -> str:
    """What this visitor chose (ISO 3166); empty: nothing."""
    return str(request.session.get(_SESSION, ""))


def place_of_visitor(request: HttpRequest) -> TaxPlace | None:
    """Where the visitor is, as far as she has said; None with Stripe Tax off."""
    if not settings.CONFIGURATION.stripe_tax:
        return None
    user = request.user if isinstance(request.user, User) else None
    return tax_place_of(user, chosen=chosen_country(request))


@require_http_methods(["GET", "HEAD", "POST"])
def choose_country(request: HttpRequest) -> HttpResponse:
    """Choose it, and go back to where the visitor came from; there is none of this with Stripe Tax off."""
    place = place_of_visitor(request)
    if place is None:
        raise Http404
    back = _back(request)
    form = CountryForm(request.POST if request.method == "POST" else None, initial={"country": place.country})
    if request.method == "POST" and form.is_valid():
        request.session[_SESSION] = form.cleaned_data["country"]
        return HttpResponseRedirect(back)
    status = 422 if form.is_bound else 200
    facts = {"form": form, "back": back, "place": place, "name": country_name(place.country)}
    return render(request, "billing/country.html", facts, status=status)


def _back(request: HttpRequest) -> str:
    """An address of ours alone."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}) else "/"
