"""Following artists: the button, the artists followed with their newest works, and the feed."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.following import follow_artist, unfollow_artist
from marketplace.accounts.models import Artist, User
from marketplace.accounts.selectors import artist_by_handle, follow_state, followed_by
from marketplace.pages.cards import Card, cards_in_order, cards_of
from marketplace.pages.viewing import access_behind
from recommendations.selectors import FeedKey, follow_feed, newest_of_artists

WORKS_ON_A_PAGE, ARTISTS_ON_A_PAGE, NEWEST_OF_EACH = 24, 20, 5


@dataclass(frozen=True, slots=True)
class FollowedArtist:
    """An artist with her newest works, as far as they are open to the visitor."""

    artist: Artist
    cards: list[Card]


def follow_button(artist: Artist, request: HttpRequest) -> dict[str, Any]:
    """What the button's template needs."""
    is_hers = request.user.is_authenticated and artist.user_id == request.user.pk
    return {"artist": artist, "follows": follow_state(artist=artist, user=request.user), "is_mine": is_hers}


@login_required
@require_safe
def follow_feed_page(request: HttpRequest) -> HttpResponse:
    """New works of the artists whom I follow, newest first."""
    assert isinstance(request.user, User)
    access = access_behind(request)
    after = FeedKey.parse(request.GET.get("after", ""))
    page = follow_feed(user=request.user, access=access, after=after, limit=WORKS_ON_A_PAGE)
    context = {
        "cards": cards_in_order(page.work_ids, access),
        "next": urlencode({"after": str(page.next_key)}) if page.next_key else "",
        "is_first": after is None,
        "follows_any": bool(page.work_ids) or followed_by(request.user).exists(),
    }
    return render(request, "following/feed.html", context)


@login_required
@require_safe
def artists(request: HttpRequest) -> HttpResponse:
    """The artists whom I follow, the latest first, each with her newest works."""
    assert isinstance(request.user, User)
    access = access_behind(request)
    page = Paginator(followed_by(request.user), ARTISTS_ON_A_PAGE).get_page(request.GET.get("page"))
    follows = list(page)
    newest = newest_of_artists(artists=[f.artist_id for f in follows], access=access, each=NEWEST_OF_EACH)
    cards = cards_of([key for works in newest.values() for key in works], access)
    shown = [
        FollowedArtist(f.artist, [cards[key] for key in newest.get(f.artist_id, []) if key in cards]) for f in follows
    ]
    return render(request, "following/artists.html", {"page": page, "followed": shown})


@require_POST
def follow(request: HttpRequest, handle: str) -> HttpResponse:
    """Follow an artist, or no longer (``action=unfollow``). A stranger is asked to sign in and comes back."""
    artist = artist_by_handle(handle)
    if artist is None:
        raise Http404
    if not isinstance(request.user, User):
        answer = redirect_to_login(artist.get_absolute_url())
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponse(headers={"HX-Redirect": answer.url})
        return answer
    change = unfollow_artist if request.POST.get("action") == "unfollow" else follow_artist
    change(artist=artist, user=request.user)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "following/_follow.html", {"follow": follow_button(artist, request)})
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return redirect(back)
    return redirect(artist.get_absolute_url())
