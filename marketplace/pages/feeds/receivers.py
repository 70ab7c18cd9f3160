"""What a stranger chose goes with her when she signs in; what she looked at does not, and is deleted."""

from typing import Any

from django.http import HttpRequest

from marketplace.accounts.models import User
from marketplace.pages.feeds.returning import STEERED_AS
from marketplace.pages.viewing import REMEMBERED_AS
from recommendations.services import adopt_steering
from recommendations.tasks import forget_viewer
from recommendations.viewers import Viewer, viewer_of


def keep_strangers_wishes(sender: object, request: HttpRequest, user: User, **_more: Any) -> None:
    """The session got another key in signing in; it remembers under which ones she chose and was remembered.

    Nobody could ask later that the events of the former key be deleted.
    """
    if not hasattr(request, "session"):
        return
    key = request.session.pop(STEERED_AS, None)
    person = viewer_of(user=user)
    if key and person is not None:
        adopt_steering(session=Viewer(key=key), person=person)
    if remembered := request.session.pop(REMEMBERED_AS, None):
        forget_viewer.defer(viewer_key=remembered)
