"""Where a visitor goes on after a small change."""

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from marketplace.pages.viewing import viewer_behind
from recommendations.viewers import Viewer

STEERED_AS = "steered_as"


def back(request: HttpRequest, *, otherwise: str = "feed_settings", part: str = "") -> HttpResponseRedirect:
    """To the page that the form names in ``next``, where it is one of ours; else to ``otherwise``."""
    wanted = request.POST.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return HttpResponseRedirect(wanted if is_ours else reverse(otherwise) + part)


def steering_viewer(request: HttpRequest) -> Viewer:
    """Whose wishes a form changes. A stranger gets a session for them, and keeps them when she signs in."""
    viewer = viewer_behind(request, begin_session=True)
    assert viewer is not None
    if viewer.user_id is None:
        request.session[STEERED_AS] = viewer.key
    return viewer
