"""A person's saved searches: keep, rename, choose letters, run again, delete."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.models import User
from marketplace.core.errors import InvalidInput
from marketplace.pages.catalog.forms import SearchForm, address_of
from recommendations import services
from recommendations.models import SavedSearch
from recommendations.selectors import saved_searches_of
from recommendations.services.saved_searches import MOST_SAVED


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # login_required has seen to it
    return request.user


@login_required
@require_safe
def saved_searches(request: HttpRequest) -> HttpResponse:
    """My searches, the latest first."""
    context = {
        "searches": saved_searches_of(_person(request)),
        "most": MOST_SAVED,
        "frequencies": SavedSearch.Alerts.choices,
    }
    return render(request, "searches/saved.html", context)


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the search whose query string is ``address``. A stranger is asked to sign in and comes back to it."""
    form = SearchForm(QueryDict(request.POST.get("address", "")[:1000]))
    is_valid = form.is_valid()
    address = address_of(form)
    if not isinstance(request.user, User):
        return redirect_to_login(f"{reverse('search')}?{address}")
    if not is_valid:
        raise InvalidInput(
            _("This search cannot be saved as it is."), way_out=_("Go back, correct what is marked, and save it then.")
        )
    services.save_search(
        owner=request.user,
        query=form.cleaned_data["q"],
        filters=form.filters,
        address=address,
        name=request.POST.get("name", ""),
    )
    messages.success(request, _("Saved. Here you can also choose letters about its new works."))
    return redirect("saved_searches")


@login_required
@require_POST
def rename(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """Give a search another name."""
    services.rename_search(owner=_person(request), search_id=search_id, name=request.POST.get("name", ""))
    messages.success(request, _("Saved."))
    return redirect("saved_searches")


@login_required
@require_POST
def letters(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """Choose how often letters tell of a search's new works."""
    alerts = request.POST.get("alerts", "")
    if alerts not in SavedSearch.Alerts.values:
        raise InvalidInput(_("There are no letters of this kind."), way_out=_("Go back and choose one of the list."))
    services.set_alerts(owner=_person(request), search_id=search_id, alerts=alerts)
    messages.success(request, _("Saved."))
    return redirect("saved_searches")


@login_required
@require_POST
def delete(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """Remove a search; the page has asked whether that is meant."""
    services.delete_search(owner=_person(request), search_id=search_id)
    messages.success(request, _("The search is deleted."))
    return redirect("saved_searches")
