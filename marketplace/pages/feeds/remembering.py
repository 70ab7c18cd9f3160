"""Whether the shop may remember a visitor, what it remembers, and what pages tell of her."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.addresses import client_address
from marketplace.accounts.models import User
from marketplace.pages.feeds.returning import back
from marketplace.pages.viewing import CONSENT_COOKIE, consent_behind, observer_behind, viewer_behind
from recommendations.errors import TooMuchTold
from recommendations.selectors import events_of, wishes_kept_of
from recommendations.services import (
    count_impressions,
    forget_events,
    notice_click,
    notice_dwell,
    opt_out,
    set_consent,
    spend_telling,
)
from recommendations.viewers import Consent, Viewer

HALF_A_YEAR_S = 180 * 24 * 3600
LONGEST_REPORT = 16_384


@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Keep the visitor's yes or no; with a no all that was remembered is deleted."""
    says_yes = request.POST.get("answer") == "yes"
    viewer = viewer_behind(request)
    gone = 0
    if viewer is not None and viewer.user_id is not None:
        if says_yes:
            set_consent(viewer=viewer, consent=Consent.GIVEN)
        else:
            gone = opt_out(viewer=viewer)
    elif viewer is not None and not says_yes:
        gone = forget_events(viewer_key=viewer.key)
    if says_yes:
        messages.success(request, _("Thank you. You can take this back at any time."))
    else:
        deleted = ngettext("%(number)d event was deleted.", "%(number)d events were deleted.", gone)
        said = _("Nothing more is remembered of what you look at. What you liked and saved stays in your lists.")
        messages.success(request, f"{said} {deleted % {'number': gone}}")
    response = back(request)
    if viewer is None or viewer.user_id is None:
        response.set_cookie(
            CONSENT_COOKIE,
            Consent.GIVEN if says_yes else Consent.REFUSED,
            max_age=HALF_A_YEAR_S,
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return response


@login_required
@require_safe
def my_events(request: HttpRequest) -> StreamingHttpResponse:
    """All that is kept of the person who asks, as a file; of any length, in chunks."""
    viewer = viewer_behind(request)
    assert viewer is not None
    response = StreamingHttpResponse(_lines(viewer), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="my-events.json"'
    response["Cache-Control"] = "no-store"
    return response


def _lines(viewer: Viewer) -> Iterator[str]:
    yield '{"wishes": ' + json.dumps(wishes_kept_of(viewer), cls=DjangoJSONEncoder) + ', "events": ['
    for number, event in enumerate(events_of(viewer)):
        yield (",\n" if number else "\n") + json.dumps(event, cls=DjangoJSONEncoder)
    yield "]}\n"


@require_POST
def noticed(request: HttpRequest) -> HttpResponse:
    """What a page tells when it is left or a work is opened: works in sight, seconds on a work, the list it was in.

    ``{"shown": {list: [work]}, "dwell": {"work", "seconds"}, "click": {"work", "surface", "position", "query"}}``,
    each part may be missing. Too much within a minute is refused with 429; what was told before is kept.
    """
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST_REPORT:
            return HttpResponseBadRequest()
        report = json.loads(request.body)
        shown = {str(name): [UUID(str(key)) for key in keys] for name, keys in _part(report, "shown").items()}
        dwell, click = _part(report, "dwell"), _part(report, "click")
        stay = (UUID(str(dwell["work"])), float(dwell["seconds"])) if dwell else None
        opened = (
            (UUID(str(click["work"])), str(click["surface"]), int(click["position"]), str(click.get("query", "")))
            if click
            else None
        )
    except (ValueError, KeyError, TypeError, OverflowError):
        return HttpResponseBadRequest()
    if consent_behind(request) == Consent.REFUSED:
        return HttpResponse(status=204)
    try:
        spend_telling(person=request.user if isinstance(request.user, User) else None, address=client_address(request))
    except TooMuchTold as error:
        return HttpResponse(status=error.http_status, headers={"Retry-After": str(error.facts["wait_s"])})
    count_impressions(shown=shown)
    viewer = observer_behind(request)
    if stay:
        notice_dwell(work_id=stay[0], seconds=stay[1], viewer=viewer)
    if opened:
        work_id, surface, position, query = opened
        notice_click(work_id=work_id, surface=surface, position=position, query=query, viewer=viewer)
    return HttpResponse(status=204)


def _part(report: Any, name: str) -> dict[str, Any]:
    part = report.get(name) or {} if isinstance(report, dict) else None
    if not isinstance(part, dict):
        raise ValueError(name)
    return part
