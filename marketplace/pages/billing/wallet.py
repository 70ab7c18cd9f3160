"""A person's credits: the balance and its history, packs, her plans and her automatic top-up."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_GET, require_POST

from billing import selectors
from billing.models import CreditPurchase
from billing.services import buy_credits, portal_url
from marketplace.accounts.models import User
from marketplace.pages.billing.countries import chosen_country
from marketplace.pages.billing.plan_panels import plans_of
from marketplace.pages.billing.top_ups import TopUpForm

LINES_PER_PAGE = 25


def address_of(name: str, **more: str) -> str:
    """The whole address of a page of ours, for Stripe to return to."""
    query = "&".join(f"{key}={value}" for key, value in more.items())
    return f"{settings.BASE_URL}{reverse(name)}{'?' + query if query else ''}"


@login_required
@require_GET
def my_credits(request: HttpRequest) -> HttpResponse:
    """Balance, history, packs and plan."""
    user = request.user
    assert isinstance(user, User)
    history = Paginator(selectors.credit_history(user), LINES_PER_PAGE)
    return render(
        request,
        "billing/credits.html",
        {
            "available": selectors.credits_available(user),
            "held": selectors.credits_held(user),
            "expiring": selectors.credits_expiring_next(user),
            "packs": selectors.credit_packs(),
            **plans_of(user),
            "top_up": selectors.top_up_of(user),
            "top_up_form": TopUpForm(top_up=selectors.top_up_of(user)),
            "has_paid": selectors.has_paid_before(user),
            "checked_payments": selectors.checked_payments_of(user),
            "history": history.get_page(request.GET.get("page")),
            "state_url": _awaited(request),
        },
    )


def _awaited(request: HttpRequest) -> str:
    """Where to ask after the payment that the person comes back from; empty where there is none."""
    wanted = request.GET.get("paid")
    if wanted == "pack" and (purchase_id := request.session.get("credit_purchase")):
        return reverse("credit_purchase_state", args=[purchase_id])
    if wanted == "plan" and (subscription_id := request.session.get("plan_subscription")):
        return reverse("plan_state", args=[subscription_id])
    return ""


@login_required
@require_POST
def buy_pack(request: HttpRequest, code: str) -> HttpResponse:
    """Open a checkout for a pack and go there."""
    assert isinstance(request.user, User)
    started = buy_credits(
        user=request.user,
        pack_code=code,
        success_url=address_of("my_credits", paid="pack"),
        cancel_url=address_of("my_credits"),
        locale=get_language() or "auto",
        country=chosen_country(request),
    )
    request.session["credit_purchase"] = str(started.purchase.pk)
    return redirect(started.checkout_url)


@login_required
@require_GET
def purchase_state(request: HttpRequest, purchase_id: UUID) -> HttpResponse:
    """What became of a purchase; asked again until the payment is there."""
    assert isinstance(request.user, User)
    purchase = selectors.purchase_of(request.user, purchase_id)
    if purchase is None:
        raise Http404
    if purchase.state == CreditPurchase.State.PAID:
        number = purchase.credits
        messages.success(
            request,
            ngettext("%(number)d credit was added.", "%(number)d credits were added.", number) % {"number": number},
        )
        request.session.pop("credit_purchase", None)
    elif purchase.state == CreditPurchase.State.HELD:
        request.session.pop("credit_purchase", None)
    return state_answer(request, settled=purchase.state != CreditPurchase.State.OPEN)


def state_answer(request: HttpRequest, *, settled: bool) -> HttpResponse:
    """To the page of credits where the payment is settled, else the notice that asks again."""
    if settled:
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = reverse("my_credits")
        return answer
    return render(request, "billing/_waiting.html", {"state_url": request.path})


@login_required
@require_POST
def my_payments(request: HttpRequest) -> HttpResponse:
    """To Stripe's page of the person's invoices and card."""
    assert isinstance(request.user, User)
    return redirect(portal_url(user=request.user, return_url=address_of("my_credits"), locale=get_language() or "auto"))


@login_required
@require_GET
def change_card(request: HttpRequest) -> HttpResponse:
    """Where letters lead whose reader must mend her card: the same page."""
    assert isinstance(request.user, User)
    return redirect(portal_url(user=request.user, return_url=address_of("my_credits"), locale=get_language() or "auto"))
