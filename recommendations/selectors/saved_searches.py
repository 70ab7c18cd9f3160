"""Saved searches, and what is new in them."""

from dataclasses import fields
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from marketplace.accounts.models import User
from marketplace.catalog.audiences import STRANGER, Access
from marketplace.catalog.models import Work
from recommendations.models import SavedSearch
from recommendations.selectors.filters import WorkFilter, new_to
from recommendations.selectors.full_text import MOST_HITS
from recommendations.selectors.meaning import MOST_NEIGHBOURS
from recommendations.selectors.news import news_between
from recommendations.selectors.search import search_works
from recommendations.selectors.steering import steering_of, wanted
from recommendations.viewers import viewer_of

# A work is found a little after it was published, when its words and vectors are made: a look goes back so far before
# the last one. Who was told of a work is not told again, so this repeats nothing.
LATE_BY = timedelta(days=1)
# All that a search can find: by its words, and by its meaning in two spaces.
MOST_FOUND = MOST_HITS + 2 * MOST_NEIGHBOURS


def saved_searches_of(owner: User) -> QuerySet[SavedSearch]:
    """The owner's, the latest first."""
    return SavedSearch.objects.filter(owner=owner).order_by("-saved_at", "-pk")


def filters_of(search: SavedSearch) -> WorkFilter:
    """What it narrows down to; a field that is no longer known narrows nothing."""
    known = {field.name for field in fields(WorkFilter)}
    return WorkFilter(**{name: value for name, value in search.filters.items() if name in known})


def works_found(*, query: str, filters: WorkFilter, access: Access = STRANGER) -> QuerySet[Work]:
    """All that ``search_works`` shows for it on all its pages, in no order."""
    works: QuerySet[Work] = filters.works(access)
    if not query:
        return works
    result = search_works(query=query, filters=filters, page_size=MOST_FOUND, access=access)
    return works.filter(pk__in=result.work_ids)


def newest_found(*, query: str, filters: WorkFilter, limit: int, access: Access = STRANGER) -> list[UUID]:
    """The newest of the works that a search finds, newest first."""
    found = works_found(query=query, filters=filters, access=access).order_by("-published_at", "-pk")
    return list(found.values_list("pk", flat=True)[:limit])


def new_matches(search: SavedSearch, *, access: Access, at: datetime, limit: int) -> list[UUID]:
    """Works that the search finds and that were published since it was looked at last, newest first.

    Not the owner's own ones, nor those that she holds a licence in, hid or muted. Some of those that came shortly
    before the last look may be among them: the caller leaves out what she was told.
    """
    assert search.alerts_since is not None
    since = max(search.alerts_since, (search.looked_at or search.alerts_since) - LATE_BY)
    is_news = news_between(since, at)
    if not Work.objects.listed().filter(is_news).exists():
        return []  # most looks end here, without a search
    found = works_found(query=search.query, filters=filters_of(search), access=access)
    owner = viewer_of(user=search.owner)
    found = wanted(new_to(found.filter(is_news), owner), steering_of(owner))
    return list(found.order_by("-published_at", "-pk").values_list("pk", flat=True)[:limit])
