"""Prompt grids: ordered on one page, watched and kept on another."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from billing.selectors import credits_available
from marketplace.accounts.models import User
from marketplace.core.errors import AtelierError
from marketplace.pages.studio.choosing import form_facts
from marketplace.pages.studio.grid_forms import FACTS, GridForm, GridQuoteForm, initial_of
from marketplace.studio.errors import GridEndedAlready, GridNotFound
from marketplace.studio.grids.plans import Plan, plan_grid
from marketplace.studio.grids.plot import plot_png
from marketplace.studio.grids.selectors import grid_of, grid_view, grids_of, oldest_sign
from marketplace.studio.grids.services import cancel_grid, order_grid, retry_cell
from marketplace.studio.selectors import take_up_if_it_stands_still

GRIDS_A_PAGE = 12


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of a grid; a POST orders all its pictures."""
    user = _person(request)
    if request.method == "POST":
        form = GridForm(request.POST, facts=form_facts(user, _asked(request)))
        if not form.is_valid():
            return _form_page(request, user, form, status=200 if _htmx(request) else 422)
        try:
            made = order_grid(user=user, settings=form.grid_settings(), submission=form.cleaned_data["submission"])
        except AtelierError as error:
            return _form_page(request, user, form, error=error, status=200 if _htmx(request) else error.http_status)
        address = f"/studio/grids/{made.id}"
        return HttpResponse(headers={"HX-Redirect": address}) if _htmx(request) else redirect(address)
    initial = _initial(request, user)
    return _form_page(request, user, GridForm(initial=initial, facts=form_facts(user, initial)))


def _initial(request: HttpRequest, user: User) -> dict[str, Any]:
    wanted = request.GET.get("like", "")
    if not wanted:
        return {"prompt": request.GET.get("prompt", "")[:500]}
    try:
        return initial_of(grid_of(user, UUID(wanted)))
    except (ValueError, GridNotFound):
        messages.warning(request, _("That grid is not there."))
        return {}


def _form_page(
    request: HttpRequest, user: User, form: GridForm, *, error: AtelierError | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "error": error, "available": credits_available(user)}
    if _htmx(request):
        return render(request, "studio/_problems.html", context, status=status)
    if not form.is_bound and form.initial.get("x_values"):
        context |= _quoted(user, _trial(form))
    return render(request, "studio/grid_new.html", context, status=status)


def _trial(form: GridForm) -> GridQuoteForm:
    asked = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return GridQuoteForm({name: value for name, value in asked.items() if value is not None}, facts=form.facts)


@login_required
@require_POST
def live_quote(request: HttpRequest) -> HttpResponse:
    """Price and time of the whole grid while the form is being filled in."""
    user = _person(request)
    form = GridQuoteForm(request.POST, facts=form_facts(user, _asked(request)))
    context = {"form": form, "available": credits_available(user), **_quoted(user, form)}
    return render(request, "studio/_grid_quote.html", context)


def _quoted(user: User, form: GridQuoteForm) -> dict[str, Any]:
    plan: Plan | None = None
    problem: AtelierError | None = None
    if form.is_valid():
        try:
            plan = plan_grid(user, form.grid_settings())
        except AtelierError as error:
            problem = error
    return {"plan": plan, "problem": problem or (plan.refusal if plan else None), "quote_form": form}


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """My grids, newest first."""
    page = Paginator(grids_of(_person(request)), GRIDS_A_PAGE).get_page(request.GET.get("page"))
    views = [grid_view(found, with_time=False) for found in page]
    return render(request, "studio/grids.html", {"page": page, "views": views})


@login_required
@require_GET
def grid(request: HttpRequest, grid_id: UUID) -> HttpResponse:
    """One grid; htmx asks again every second while a cell waits or is being made."""
    user = _person(request)
    view = grid_view(grid_of(user, grid_id))
    if (job := oldest_sign(view)) is not None:
        take_up_if_it_stands_still(job)
    if _htmx(request) and request.GET.get("seen") == view.stamp:
        return HttpResponse(status=204)
    return _one(request, user, grid_id)


@login_required
@require_POST
def cancel(request: HttpRequest, grid_id: UUID) -> HttpResponse:
    """Stop what is not made yet; its credits come back."""
    user = _person(request)
    try:
        cancel_grid(user=user, grid_id=grid_id)
    except GridEndedAlready:
        # It was finished while she pressed the button: show how it ended.
        if not _htmx(request):
            messages.info(request, _("This grid had ended already."))
    return _one(request, user, grid_id) if _htmx(request) else redirect("studio_grid", grid_id=grid_id)


@login_required
@require_POST
def retry(request: HttpRequest, grid_id: UUID, cell_id: UUID) -> HttpResponse:
    """Order one cell's picture anew."""
    user = _person(request)
    try:
        retry_cell(user=user, cell_id=cell_id)
    except GridNotFound:
        raise
    except AtelierError as error:
        return _one(request, user, grid_id, error=error)
    return _one(request, user, grid_id) if _htmx(request) else redirect("studio_grid", grid_id=grid_id)


@login_required
@require_safe
def plot(request: HttpRequest, grid_id: UUID) -> HttpResponse:
    """The whole grid as one PNG."""
    data = plot_png(grid_view(grid_of(_person(request), grid_id), with_time=False))
    headers = {
        "Content-Disposition": f'attachment; filename="grid-{grid_id}.png"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(data, content_type="image/png", headers=headers)


def _one(request: HttpRequest, user: User, grid_id: UUID, *, error: AtelierError | None = None) -> HttpResponse:
    context = {"view": grid_view(grid_of(user, grid_id)), "error": error, "available": credits_available(user)}
    if _htmx(request):
        return render(request, "studio/_grid.html", {**context, "with_credits": True})
    return render(request, "studio/grid.html", context, status=error.http_status if error else 200)


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in FACTS}


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))
