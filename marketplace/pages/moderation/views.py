"""Reporting a work; notices to the artist and her appeals. Moderators work in the admin."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.accounts.addresses import client_address
from marketplace.accounts.models import User
from marketplace.catalog.audiences import may_open
from marketplace.catalog.selectors import title_in, work_with_page
from marketplace.core.errors import AtelierError
from marketplace.moderation.selectors import notice_for, notices_of
from marketplace.moderation.services import appeal, report_work
from marketplace.pages.moderation.forms import AppealForm, ReportForm
from marketplace.pages.orders.pictures import picture_address


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, work_id: UUID) -> HttpResponse:
    """Say that something is wrong with a work; no account is needed."""
    work = work_with_page(work_id=work_id, viewer=request.user)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            report_work(
                work=work,
                reporter=request.user if isinstance(request.user, User) else None,
                address=client_address(request),
                **form.cleaned_data,
            )
        except AtelierError as error:
            form.add_error(None, f"{error.message} {error.way_out}")
        else:
            messages.success(request, _("Thank you. A moderator will look at it."))
            return redirect(work.get_absolute_url())
    facts = {"form": form, "work": work, "title": title_in(work, get_language() or "en")}
    picture = picture_address(work) if may_open(request.user, work) else ""
    return render(request, "moderation/report.html", {**facts, "picture": picture})


@require_safe
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """What moderators decided about my works."""
    assert isinstance(request.user, User)
    language = get_language() or "en"
    found = [(decision, title_in(decision.work, language)) for decision in notices_of(request.user)[:100]]
    return render(request, "moderation/notices.html", {"notices": found})


@require_http_methods(["GET", "POST"])
@login_required
def notice(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """One decision with its reason; a POST appeals."""
    assert isinstance(request.user, User)
    decision = notice_for(reader=request.user, decision_id=decision_id)
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            appeal(artist=request.user, decision=decision, text=form.cleaned_data["text"])
        except AtelierError as error:
            form.add_error(None, f"{error.message} {error.way_out}")
        else:
            messages.success(request, _("Your appeal is with the moderators. They will write to you."))
            return redirect("moderation_notice", decision_id=decision_id)
    return render(
        request,
        "moderation/notice.html",
        {
            "decision": decision,
            "appeal": getattr(decision, "appeal", None),
            "title": title_in(decision.work, get_language() or "en"),
            "picture": picture_address(decision.work),
            "form": form,
        },
    )
