"""Recipes at work: another picture like this one, and a recipe's file opened in the studio."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from generation.selectors import job_of, output_of
from marketplace.accounts.models import User
from marketplace.core.errors import AtelierError
from marketplace.pages.studio.choosing import form_facts
from marketplace.pages.studio.forms import StudioForm
from marketplace.pages.studio.from_recipe import open_recipe
from marketplace.pages.studio.views import page
from marketplace.studio.again import start_again
from marketplace.studio.recipes import MOST_BYTES, read_recipe_file
from marketplace.studio.selectors import job_view

_SHOW_THE_STUDIO = ("/studio", "/studio/recipe")


class _AgainForm(forms.Form):
    submission = forms.UUIDField()


@login_required
@require_POST
def again(request: HttpRequest, output_id: UUID) -> HttpResponse:
    """One more picture by the recipe of this one."""
    assert isinstance(request.user, User)
    user, htmx = request.user, bool(getattr(request, "htmx", False))
    output = output_of(user, output_id)
    form = _AgainForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    try:
        job = start_again(user=user, output_id=output_id, submission=form.cleaned_data["submission"])
    except AtelierError as error:
        if htmx:
            return render(request, "studio/_problems.html", {"error": error})
        shown = {"view": job_view(job_of(user, output.job_id)), "error": error}
        return render(request, "studio/job.html", shown, status=error.http_status)
    if not htmx:
        return redirect(f"/studio#job-{job.id}")
    shown_on = request.htmx.current_url_abs_path or ""  # type: ignore[attr-defined]
    if shown_on.partition("?")[0] in _SHOW_THE_STUDIO:
        return page(request, user, StudioForm(facts=form_facts(user)), is_ordered=True, keeps_form=True)
    return HttpResponse(headers={"HX-Redirect": f"/studio#job-{job.id}"})


@login_required
@require_http_methods(["GET", "POST"])
def open_file(request: HttpRequest) -> HttpResponse:
    """The studio's form, filled in from a recipe's file. Orders nothing."""
    assert isinstance(request.user, User)
    if request.method == "GET":
        # Somebody comes back to the address, without the file.
        return redirect("studio")
    user = request.user
    file = request.FILES.get("recipe_file")
    try:
        data = file.read(MOST_BYTES + 1) if file else b""
        recipe, signed = read_recipe_file(data)
    except AtelierError as error:
        return page(request, user, StudioForm(facts=form_facts(user)), error=error, status=error.http_status)
    opened = open_recipe(user, recipe, signed)
    messages.success(request, _("The recipe is filled in. Change what you like, or press Generate."))
    for sentence in opened.told:
        messages.warning(request, sentence)
    form = StudioForm(initial=opened.initial, facts=form_facts(user, opened.initial))
    return page(request, user, form)
