"""What a restoration did to a picture, for its owner to look at."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from generation.selectors import input_bytes, output_of, record_bytes
from marketplace.accounts.models import User
from marketplace.studio.restorations import overlay_png, restoration_of

_HEADERS = {"Cache-Control": "private, max-age=86400, immutable", "X-Content-Type-Options": "nosniff"}


@login_required
@require_safe
def restoration(request: HttpRequest, output_id: UUID) -> HttpResponse:
    """Before, after, and which pixels survived."""
    assert isinstance(request.user, User)
    return render(request, "studio/restoration.html", {"shown": restoration_of(request.user, output_id)})


@login_required
@require_safe
def before(request: HttpRequest, output_id: UUID) -> HttpResponse:
    """The picture that a job began with."""
    assert isinstance(request.user, User)
    return _png(input_bytes(output_of(request.user, output_id).job))


@login_required
@require_safe
def overlay(request: HttpRequest, output_id: UUID) -> HttpResponse:
    """Invented pixels in red, recovered ones in blue, over the greyed picture."""
    assert isinstance(request.user, User)
    return _png(overlay_png(restoration_of(request.user, output_id)))


@login_required
@require_safe
def record(request: HttpRequest, output_id: UUID) -> HttpResponse:
    """The record itself: grey levels 0 survived, 128 recovered, 255 invented, with the steps as text."""
    assert isinstance(request.user, User)
    return _png(record_bytes(output_of(request.user, output_id)))


def _png(data: bytes) -> HttpResponse:
    return HttpResponse(data, content_type="image/png", headers=_HEADERS)
