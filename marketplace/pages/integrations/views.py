"""A person's webhooks: endpoints, what was sent to them, and what can be done about it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketplace.accounts.models import User
from marketplace.core.errors import AtelierError
from marketplace.integrations import services
from marketplace.integrations.errors import EndpointUrlUnusable
from marketplace.integrations.event_types import FIELDS, EventType
from marketplace.integrations.models import WebhookEndpoint
from marketplace.integrations.selectors import deliveries_of, endpoint_of, endpoints_of
from marketplace.integrations.services.endpoints import MOST_ENDPOINTS
from marketplace.pages.integrations.forms import EndpointForm

PER_PAGE = 20


@login_required
@require_http_methods(["GET", "POST"])
@sensitive_variables("added")
def webhooks(request: HttpRequest) -> HttpResponse:
    """The list and the form; a POST adds an endpoint and shows its secret this once."""
    form = EndpointForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            added = services.add_endpoint(owner=_person(request), **form.cleaned_data)
        except AtelierError as error:
            _tell(form, error)
        else:
            return _secret(request, added.endpoint, added.secret)
    context = {"form": form, "endpoints": endpoints_of(_person(request)), "most": MOST_ENDPOINTS}
    return render(request, "integrations/webhooks.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def webhook(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """One endpoint with its newest deliveries; a POST changes it."""
    owner = _person(request)
    endpoint = endpoint_of(owner, endpoint_id)
    form = EndpointForm(
        request.POST if request.method == "POST" else None,
        initial={"url": endpoint.url, "description": endpoint.description, "event_types": endpoint.event_types},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_endpoint(owner=owner, endpoint_id=endpoint_id, **form.cleaned_data)
        except AtelierError as error:
            _tell(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("webhook", endpoint_id=endpoint_id)
    page = Paginator(deliveries_of(endpoint), PER_PAGE).get_page(request.GET.get("page"))
    context = {"endpoint": endpoint, "form": form, "page": page}
    return render(request, "integrations/webhook.html", context, status=422 if form.is_bound else 200)


@login_required
@require_GET
def how_to_verify(request: HttpRequest) -> HttpResponse:
    """What a receiver has to do, and what stands in each event."""
    fields = [(kind, FIELDS[kind]) for kind in EventType]
    return render(request, "integrations/how_to_verify.html", {"fields": fields})


@login_required
@require_POST
@sensitive_variables("renewed")
def new_secret(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Make a new secret and show it this once."""
    renewed = services.renew_secret(owner=_person(request), endpoint_id=endpoint_id)
    return _secret(request, renewed.endpoint, renewed.secret)


@login_required
@require_POST
def test_event(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Send a test event."""
    return _done(
        request,
        endpoint_id,
        lambda owner: services.send_test_event(owner=owner, endpoint_id=endpoint_id),
        _("A test event is on its way; its outcome appears below in a moment."),
    )


@login_required
@require_POST
def disable(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Send nothing more for now."""
    return _done(
        request,
        endpoint_id,
        lambda owner: services.disable_endpoint(owner=owner, endpoint_id=endpoint_id),
        _("The endpoint is disabled. Nothing is sent to it until you enable it."),
    )


@login_required
@require_POST
def enable(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Send again from now on."""
    return _done(
        request,
        endpoint_id,
        lambda owner: services.enable_endpoint(owner=owner, endpoint_id=endpoint_id),
        _("The endpoint is enabled. What was not sent meanwhile you can send again below."),
    )


@login_required
@require_POST
def delete(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Remove it; the page has asked whether that is meant."""
    services.remove_endpoint(owner=_person(request), endpoint_id=endpoint_id)
    messages.success(request, _("The endpoint is deleted."))
    return redirect("webhooks")


@login_required
@require_POST
def again(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Send one delivery again."""
    owner = _person(request)
    delivery = services.send_again(owner=owner, delivery_id=delivery_id)
    messages.success(request, _("It is on its way again; the outcome appears below in a moment."))
    return redirect("webhook", endpoint_id=delivery.endpoint_id)


def _done(request: HttpRequest, endpoint_id: UUID, act: Any, said: str) -> HttpResponse:
    act(_person(request))
    messages.success(request, said)
    return redirect("webhook", endpoint_id=endpoint_id)


def _secret(request: HttpRequest, endpoint: WebhookEndpoint, secret: str) -> HttpResponse:
    answer = render(request, "integrations/secret.html", {"endpoint": endpoint, "secret": secret})
    answer["Cache-Control"] = "no-store"
    return answer


def _tell(form: EndpointForm, error: AtelierError) -> None:
    form.add_error("url" if isinstance(error, EndpointUrlUnusable) else None, f"{error.message} {error.way_out}")


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
