"""Who looks at a page, for recommendations, what she wants of them and what she may open."""

from django.http import HttpRequest

from marketplace.accounts.addresses import client_address
from marketplace.catalog.audiences import Access
from marketplace.pages.orders.reading import works_bought_here
from recommendations.selectors import steering_of
from recommendations.steering import Steering
from recommendations.viewers import Consent, Viewer, passer_by, viewer_of

CONSENT_COOKIE = "remember"
# In a stranger's session: the key that her events carry, so that they can be found when the session's key has changed.
REMEMBERED_AS = "remembered_as"
LONGEST_USER_AGENT = 200


def viewer_behind(request: HttpRequest, *, begin_session: bool = False) -> Viewer | None:
    """The person or the anonymous session of a request; None for a stranger without one.

    ``begin_session``: make one, for what a stranger asks to be kept.
    """
    if begin_session and not request.user.is_authenticated and not request.session.session_key:
        request.session.create()
    viewer = viewer_of(user=request.user, session_key=request.session.session_key)
    if viewer is None or viewer.user_id is not None:
        return viewer
    return Viewer(key=viewer.key, consent=consent_behind(request))


def observer_behind(request: HttpRequest) -> Viewer:
    """Who is noted to look. Only a stranger who said yes is known by her session; others are told apart for a day."""
    consent = consent_behind(request)
    if request.user.is_authenticated or consent == Consent.GIVEN:
        known = viewer_behind(request, begin_session=True)
        assert known is not None
        if known.user_id is None and request.session.get(REMEMBERED_AS) != known.key:
            request.session[REMEMBERED_AS] = known.key
        return Viewer(key=known.key, user_id=known.user_id, consent=consent)
    return passer_by(
        address=client_address(request),
        user_agent=request.META.get("HTTP_USER_AGENT", "")[:LONGEST_USER_AGENT],
        consent=consent,
    )


def asks_not_to_be_tracked(request: HttpRequest) -> bool:
    """Whether the browser sends Global Privacy Control or Do Not Track."""
    return request.headers.get("Sec-GPC") == "1" or request.headers.get("DNT") == "1"


def consent_behind(request: HttpRequest) -> Consent:
    """What the visitor says to being remembered. The browser's own no goes before all else."""
    if asks_not_to_be_tracked(request):
        return Consent.REFUSED
    if request.user.is_authenticated:
        return steering_behind(request).consent
    told = request.COOKIES.get(CONSENT_COOKIE, "")
    return Consent(told) if told in (Consent.GIVEN, Consent.REFUSED) else Consent.UNASKED


def steering_behind(request: HttpRequest) -> Steering:
    """The visitor's wishes for her feeds; read once a request."""
    wishes = getattr(request, "steering", None)
    if not isinstance(wishes, Steering):
        viewer = viewer_of(user=request.user, session_key=request.session.session_key)
        wishes = steering_of(viewer)
        request.steering = wishes  # type: ignore[attr-defined]
    return wishes


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


def noticing_of(request: HttpRequest) -> dict[str, bool]:
    """For a page's template: whether it may note what is in sight, and whether it asks to remember."""
    consent = consent_behind(request)
    return {"may_notice": consent != Consent.REFUSED, "may_ask": consent == Consent.UNASKED}
