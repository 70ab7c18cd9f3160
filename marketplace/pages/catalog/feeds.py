"""Atom feeds (RFC 4287) of an artist's and of a search's new works: what a stranger sees, whoever asks."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.utils.http import parse_http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.accounts.models import Artist
from marketplace.accounts.selectors import artist_by_handle
from marketplace.catalog.audiences import STRANGER, Audience
from marketplace.catalog.models import Work
from marketplace.pages.cards import Card, cards_in_order
from marketplace.pages.catalog.forms import SearchForm, address_of
from recommendations.selectors import WorkFilter, newest_found, newest_works

MOST_ENTRIES = 30
SUMMARY_LETTERS = 600
# An empty feed has to say when it changed last, too, and always the same.
NEVER = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """A work as a feed tells of it. ``since``: when everybody could see it first."""

    card: Card
    description: str
    published_at: datetime
    since: datetime


class AtomFeed(Atom1Feed):
    """Django's, which says "now" where it has no entry."""

    def latest_post_date(self) -> datetime:
        """When the newest entry came."""
        return super().latest_post_date() if self.items else NEVER


def entries_of(work_ids: list[UUID]) -> list[Entry]:
    """These works in this order, without those that a stranger may not see. A fixed number of queries."""
    works = Work.objects.listed().open_to(STRANGER).filter(pk__in=work_ids).prefetch_related("texts")
    by_id = {work.pk: work for work in works}
    cards = [card for card in cards_in_order(work_ids) if card.work_id in by_id and not card.closed]
    return [_entry(by_id[card.work_id], card) for card in cards]


def _entry(work: Work, card: Card) -> Entry:
    language = get_language() or "en"
    texts = {text.language: text.description for text in work.texts.all()}
    published = work.published_at or work.created_at
    opened = work.public_from if work.audience == Audience.CLUB_FIRST else None
    description = (texts.get(language) or texts.get(work.language) or "")[:SUMMARY_LETTERS]
    return Entry(card, description, published, max(published, opened or published))


def _absolute(url: str) -> str:
    return f"{settings.BASE_URL}{url}" if url.startswith("/") else url


def _printable(text: str) -> str:
    """Without what XML 1.0 cannot hold."""
    return "".join(letter for letter in text if letter in "\t\n\r" or (letter >= " " and letter not in "\ufffe\uffff"))


class WorksFeed(Feed):
    """What both feeds say of a work."""

    feed_type = AtomFeed

    def item_title(self, item: Entry) -> str:
        """As plain text: Atom needs no escaping twice."""
        return _printable(item.card.title)

    def item_link(self, item: Entry) -> str:
        """The work's page."""
        return _absolute(item.card.url)

    def item_guid(self, item: Entry) -> str:
        """The work's id, whatever its address is."""
        return item.card.work_id.urn

    def item_author_name(self, item: Entry) -> str:
        """Who made it."""
        return _printable(item.card.artist_name)

    def item_author_link(self, item: Entry) -> str:
        """Her storefront."""
        return _absolute(item.card.artist_url)

    def item_pubdate(self, item: Entry) -> datetime:
        """When it was published."""
        return item.published_at

    def item_updateddate(self, item: Entry) -> datetime:
        """When everybody could see it first."""
        return item.since

    def item_description(self, item: Entry) -> str:
        """The picture and the words, as HTML."""
        words = format_html("<p>{}</p>", _printable(item.description)) if item.description else ""
        picture = item.card.picture
        if picture is None:
            return words
        return (
            format_html('<p><a href="{}"><img src="{}" alt=""></a></p>', self.item_link(item), _absolute(picture.url))
            + words
        )


class ArtistFeed(WorksFeed):
    """An artist's new works."""

    def get_object(self, request: HttpRequest, handle: str) -> Artist:
        """The artist at the address."""
        artist = artist_by_handle(handle)
        if artist is None:
            raise Http404
        return artist

    def title(self, artist: Artist) -> str:
        """The feed's name."""
        return _printable(_("New works by %(name)s") % {"name": artist.name})

    def link(self, artist: Artist) -> str:
        """The storefront."""
        return _absolute(artist.get_absolute_url())

    def feed_url(self, artist: Artist) -> str:
        """The feed itself."""
        return _absolute(reverse("artist_feed", args=[artist.handle]))

    def feed_guid(self, artist: Artist) -> str:
        """The artist's id, whatever her address is."""
        return artist.pk.urn

    def author_name(self, artist: Artist) -> str:
        """Also where there is no entry yet."""
        return _printable(artist.name)

    def items(self, artist: Artist) -> list[Entry]:
        """The newest."""
        return entries_of(newest_works(limit=MOST_ENTRIES, filters=WorkFilter(artist_handle=artist.handle)))


class SearchFeed(WorksFeed):
    """The newest works that a search finds."""

    def get_object(self, request: HttpRequest) -> SearchForm:
        """The search of the address; what is wrong in it narrows nothing, as on the search page."""
        form = SearchForm(request.GET)
        form.is_valid()
        return form

    def title(self, form: SearchForm) -> str:
        """The feed's name."""
        query = form.cleaned_data.get("q") or ""
        return _printable(_("New works for “%(query)s”") % {"query": query} if query else _("New works at Atelier"))

    def link(self, form: SearchForm) -> str:
        """The search page."""
        return _with_query(reverse("search"), form)

    def feed_url(self, form: SearchForm) -> str:
        """The feed itself."""
        return _with_query(reverse("search_feed"), form)

    def author_name(self, form: SearchForm) -> str:
        """Whose search it is."""
        return "Atelier"

    def items(self, form: SearchForm) -> list[Entry]:
        """The newest."""
        found = newest_found(query=form.cleaned_data.get("q") or "", filters=form.filters, limit=MOST_ENTRIES)
        return entries_of(found)


def _with_query(path: str, form: SearchForm) -> str:
    address = address_of(form)
    return _absolute(f"{path}?{address}" if address else path)


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """With an ETag of all that it says; 304 for a reader that has it. Readers ask again each time, so that what is
    hidden is gone with their next look."""
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "no-cache"
    last_modified = parse_http_date(response.headers["Last-Modified"])
    return get_conditional_response(request, etag=etag, last_modified=last_modified, response=response) or response


@require_safe
def artist_feed(request: HttpRequest, handle: str) -> HttpResponseBase:
    """``/@handle/feed.atom``."""
    return _conditional(request, ArtistFeed()(request, handle=handle))


@require_safe
def search_feed(request: HttpRequest) -> HttpResponseBase:
    """``/search/feed.atom?q=…``, with the filters of the search page."""
    return _conditional(request, SearchFeed()(request))
