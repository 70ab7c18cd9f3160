"""Who looks at a page, for recommendations."""

from django.http import HttpRequest

from recommendations.viewers import Viewer, viewer_of


def viewer_behind(request: HttpRequest, *, begin_session: bool = False) -> Viewer | None:
    """The person or the anonymous session of a request. ``begin_session``: make one where a stranger has none."""
    if begin_session and not request.user.is_authenticated and not request.session.session_key:
        request.session.create()
    return viewer_of(user=request.user, session_key=request.session.session_key)


def is_looked_at(request: HttpRequest) -> bool:
    """Whether a person sees the answer: not a browser that only loads ahead, nor a program that asks for headers."""
    ahead = request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    return request.method == "GET" and "prefetch" not in ahead
