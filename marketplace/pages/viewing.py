"""Who looks at a page, for recommendations, and what she may open."""

from django.http import HttpRequest

from marketplace.catalog.audiences import Access
from marketplace.pages.orders.reading import works_bought_here
from recommendations.viewers import Viewer, viewer_of


def viewer_behind(request: HttpRequest, *, begin_session: bool = False) -> Viewer | None:
    """The person or the anonymous session of a request. ``begin_session``: make one where a stranger has none."""
    if begin_session and not request.user.is_authenticated and not request.session.session_key:
        request.session.create()
    return viewer_of(user=request.user, session_key=request.session.session_key)


def access_behind(request: HttpRequest) -> Access:
    """What the visitor may open; the same object for the whole request, so that it is asked for once.

    Who bought without an account opens what she bought, in the browser that shows her the order.
    """
    access = getattr(request, "access", None)
    if not isinstance(access, Access):
        is_known = request.user.is_authenticated
        access = Access(request.user, bought=() if is_known else works_bought_here(request))
        request.access = access  # type: ignore[attr-defined]
    return access


def is_looked_at(request: HttpRequest) -> bool:
    """Whether a person sees the answer: not a browser that only loads ahead, nor a program that asks for headers."""
    ahead = request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    return request.method == "GET" and "prefetch" not in ahead
