"""Opening a storefront, and a person's own page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from billing.services.welcome import welcome_reference
from marketplace.accounts.addresses import visit_of
from marketplace.accounts.errors import HandleInvalid, HandleTaken, StorefrontOpenedAlready
from marketplace.accounts.models import User
from marketplace.accounts.selectors import artist_of
from marketplace.accounts.services import open_storefront, renew_api_key
from marketplace.pages.accounts.forms import PersonForm, StorefrontForm
from marketplace.risk.selectors import verdict_on
from marketplace.risk.services import note_visit


@login_required
def open_my_storefront(request: HttpRequest) -> HttpResponse:
    """Open the storefront of the person who is signed in."""
    assert isinstance(request.user, User)
    if artist_of(request.user):
        return redirect("my_account")
    form = StorefrontForm(request.POST or None, initial={"name": request.user.display_name})
    if request.method == "POST" and form.is_valid():
        note_visit(person=request.user, visit=visit_of(request))
        try:
            open_storefront(user=request.user, **form.cleaned_data)
        except (HandleTaken, HandleInvalid) as error:
            form.add_error("handle", f"{error.message} {error.way_out}")
        except StorefrontOpenedAlready:
            return redirect("my_account")
        else:
            messages.success(request, _welcomed(request.user))
            return redirect("my_account")
    return render(request, "accounts/open_storefront.html", {"form": form})


def _welcomed(user: User) -> str:
    verdict = verdict_on(welcome_reference(user.pk))
    if verdict is not None and verdict.is_waiting:
        return _("Your storefront is open. Your welcome credits come a little later; we have written to you why.")
    return _("Your storefront is open. Your welcome credits are ready in the studio.")


@login_required
def my_account(request: HttpRequest) -> HttpResponse:
    """Name, language, and where everything of mine is."""
    assert isinstance(request.user, User)
    form = PersonForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("my_account")
    return render(request, "accounts/my_account.html", {"form": form, "artist": artist_of(request.user)})


@login_required
@require_POST
def my_key(request: HttpRequest) -> HttpResponse:
    """Make a new API key and show it this once."""
    assert isinstance(request.user, User)
    return render(request, "accounts/my_key.html", {"key": renew_api_key(user=request.user)})
