"""What a stranger chose goes with her when she signs in."""

from typing import Any

from django.http import HttpRequest

from marketplace.accounts.models import User
from marketplace.pages.feeds.returning import STEERED_AS
from recommendations.services import adopt_steering
from recommendations.viewers import Viewer, viewer_of


def keep_strangers_wishes(sender: object, request: HttpRequest, user: User, **_more: Any) -> None:
    """The session got another key in signing in; it remembers under which one she chose."""
    key = request.session.pop(STEERED_AS, None) if hasattr(request, "session") else None
    person = viewer_of(user=user)
    if key and person is not None:
        adopt_steering(session=Viewer(key=key), person=person)
