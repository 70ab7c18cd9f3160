"""Taking a plan, changing it with a look at what that charges, pausing, ending, keeping it."""

from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from billing import selectors
from billing.errors import AmountDiffers
from billing.models import Audience, Interval, PlanSubscription
from billing.services import (
    change_plan,
    end_plan,
    keep_plan,
    offer_change,
    pause_plan,
    resume_plan,
    start_plan,
    withdraw_change,
)
from marketplace.accounts.models import User
from marketplace.core.money import Money
from marketplace.pages.billing.countries import chosen_country
from marketplace.pages.billing.wallet import address_of, state_answer


def _audience(request: HttpRequest) -> str:
    """Of which of a person's plans a form speaks; the artist's where it does not say."""
    given = request.POST.get("audience") or request.GET.get("audience")
    return Audience.BUYER if given == Audience.BUYER else Audience.ARTIST


def _interval(request: HttpRequest) -> str:
    given = request.POST.get("interval") or request.GET.get("interval")
    return Interval.YEAR if given == Interval.YEAR else Interval.MONTH


@login_required
@require_POST
def take_plan(request: HttpRequest, code: str) -> HttpResponse:
    """Open a checkout for a plan and go there."""
    assert isinstance(request.user, User)
    started = start_plan(
        user=request.user,
        plan_code=code,
        interval=_interval(request),
        success_url=address_of("my_credits", paid="plan"),
        cancel_url=address_of("pricing"),
        locale=get_language() or "auto",
        country=chosen_country(request),
    )
    request.session["plan_subscription"] = str(started.subscription.pk)
    return redirect(started.checkout_url)


@login_required
@require_GET
def plan_state(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """What became of a plan that was started; asked again until its first payment is there."""
    assert isinstance(request.user, User)
    subscription = selectors.subscription_of(request.user, subscription_id)
    if subscription is None:
        raise Http404
    if subscription.is_running:
        messages.success(request, _("Your plan has begun."))
        request.session.pop("plan_subscription", None)
    return state_answer(request, settled=subscription.state != PlanSubscription.State.STARTING)


@login_required
@require_GET
def look_at_change(request: HttpRequest, code: str) -> HttpResponse:
    """What a change would charge and when it would begin; nothing is changed yet."""
    assert isinstance(request.user, User)
    offer = offer_change(user=request.user, plan_code=code, interval=_interval(request), audience=_audience(request))
    return render(request, "billing/plan_change.html", {"offer": offer, "at": int(offer.at.timestamp())})


@login_required
@require_POST
def change_my_plan(request: HttpRequest, code: str) -> HttpResponse:
    """Change the plan as it was looked at; where the sum has become another one, look again."""
    assert isinstance(request.user, User)
    try:
        at = datetime.fromtimestamp(int(request.POST.get("at", "")), UTC)
        expected = Money(int(request.POST.get("due", "")), request.POST.get("currency", ""))
    except (ValueError, OverflowError):
        raise AmountDiffers(_("This offer cannot be read."), way_out=_("Look at the change again.")) from None
    change = change_plan(
        user=request.user,
        plan_code=code,
        interval=_interval(request),
        at=at,
        expected=expected,
        audience=_audience(request),
    )
    if change.is_at_once:
        messages.success(request, _("You have %(plan)s now.") % {"plan": change.to_plan.name})
    else:
        messages.success(
            request,
            _("%(plan)s begins on %(day)s; until then nothing changes.")
            % {"plan": change.to_plan.name, "day": date_format(change.effective_at)},
        )
    return redirect("my_credits")


@login_required
@require_POST
def withdraw_my_change(request: HttpRequest) -> HttpResponse:
    """Take back a change that waits."""
    assert isinstance(request.user, User)
    withdraw_change(user=request.user, audience=_audience(request))
    messages.success(request, _("Your plan stays as it is."))
    return redirect("my_credits")


@login_required
@require_POST
def pause_my_plan(request: HttpRequest) -> HttpResponse:
    """Skip the next months."""
    assert isinstance(request.user, User)
    months = request.POST.get("months", "")
    paused = pause_plan(user=request.user, months=int(months) if months.isdecimal() else 0, audience=_audience(request))
    messages.success(
        request,
        _("Your plan rests from %(begin)s to %(end)s; nothing is charged and no credits are added.")
        % {
            "begin": date_format(paused.paused_from) if paused.paused_from else "",
            "end": date_format(paused.paused_until) if paused.paused_until else "",
        },
    )
    return redirect("my_credits")


@login_required
@require_POST
def resume_my_plan(request: HttpRequest) -> HttpResponse:
    """End the pause."""
    assert isinstance(request.user, User)
    resume_plan(user=request.user, audience=_audience(request))
    messages.success(request, _("Your plan goes on."))
    return redirect("my_credits")


@login_required
@require_POST
def end_my_plan(request: HttpRequest) -> HttpResponse:
    """Let the plan end with what is paid."""
    assert isinstance(request.user, User)
    ends = end_plan(user=request.user, audience=_audience(request)).current_period_end
    messages.success(
        request,
        _("Your plan ends on %(day)s and will not be charged again. Your credits stay.")
        % {"day": date_format(ends) if ends else ""},
    )
    return redirect("my_credits")


@login_required
@require_POST
def keep_my_plan(request: HttpRequest) -> HttpResponse:
    """Take the end of the plan back."""
    assert isinstance(request.user, User)
    keep_plan(user=request.user, audience=_audience(request))
    messages.success(request, _("Your plan goes on."))
    return redirect("my_credits")
