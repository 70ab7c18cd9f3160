"""The works that a person keeps in her list."""

from math import ceil
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.models import User
from marketplace.catalog.selectors import work_with_page
from marketplace.pages.cards import cards_in_order
from marketplace.pages.viewing import access_behind, viewer_behind
from recommendations.selectors import is_saved, saved_works
from recommendations.services import save_work, unsave_work

ON_A_PAGE = 24


@login_required
@require_safe
def saved(request: HttpRequest) -> HttpResponse:
    """The list, the last saved first."""
    viewer = viewer_behind(request)
    assert viewer is not None
    given = request.GET.get("page", "1")
    page = int(given) if given.isascii() and given.isdigit() and 0 < len(given) < 6 else 1
    page = max(1, page)
    ids, total = saved_works(viewer=viewer, limit=ON_A_PAGE, offset=(page - 1) * ON_A_PAGE)
    context = {
        "cards": cards_in_order(ids, access_behind(request)),
        "total": total,
        "result": {"page": page, "pages": max(1, ceil(total / ON_A_PAGE))},
    }
    return render(request, "feeds/saved.html", context)


@require_POST
def save(request: HttpRequest, work_id: UUID) -> HttpResponse:
    """Keep a work, or take it out (``action=unsave``). A stranger is asked to sign in and comes back."""
    shown = work_with_page(work_id=work_id, viewer=request.user)
    if not isinstance(request.user, User):
        answer = redirect_to_login(shown.get_absolute_url())
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponse(headers={"HX-Redirect": answer.url})
        return answer
    change = unsave_work if request.POST.get("action") == "unsave" else save_work
    change(work_id=shown.pk, user=request.user)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(shown.get_absolute_url())
    viewer = viewer_behind(request)
    kept = is_saved(work_id=shown.pk, viewer_key=viewer.key if viewer else "")
    return render(request, "feeds/_save.html", {"work": shown, "is_saved": kept})
