"""The page on which an artist says whom a published work is for."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.accounts.models import Artist
from marketplace.catalog.errors import AudienceInvalid
from marketplace.catalog.selectors import title_in, work_of_artist
from marketplace.pages.orders.pictures import picture_address
from marketplace.pages.publishing.audience_forms import AudienceForm, present_audience
from marketplace.pages.publishing.views import for_artists
from marketplace.publishing.services import change_audience


@for_artists
def audience(request: HttpRequest, artist: Artist, work_id: UUID) -> HttpResponse:
    """For everybody, for the club first, or for my members alone."""
    work = work_of_artist(work_id=work_id, artist=artist)
    given = request.POST if request.method == "POST" else None
    form = AudienceForm(given, artist=artist, initial=present_audience(work))
    title = title_in(work, get_language() or "en")
    if request.method == "POST" and form.is_valid():
        try:
            change_audience(artist=artist, work_id=work_id, choice=form.audience_choice(present=work))
        except AudienceInvalid as error:
            form.add_error(None, f"{error.message} {error.way_out}".strip())
        else:
            messages.success(request, _("It is changed for whom “%(title)s” is.") % {"title": title})
            return redirect("my_works")
    shown = {"form": form, "work": work, "title": title, "picture": picture_address(work)}
    return render(request, "publishing/audience.html", shown, status=422 if form.errors else 200)
