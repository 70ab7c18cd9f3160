"""Writes on saved searches. Each is its owner's alone."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.core.clock import now
from recommendations.alert_times import next_monday, next_morning
from recommendations.errors import SavedSearchNameMissing, SavedSearchNotFound, TooManySavedSearches
from recommendations.models import SavedSearch
from recommendations.selectors.filters import WorkFilter

MOST_SAVED = 30
NAME_LETTERS = 80
Alerts = SavedSearch.Alerts


@transaction.atomic
def save_search(*, owner: User, query: str, filters: WorkFilter, address: str, name: str = "") -> SavedSearch:
    """Keep a search; one that was kept already, also from a second window at once, is that one, unchanged.

    ``address``: the query string under which the search page shows it. Raises TooManySavedSearches.
    """
    # Two windows at once would both count one less than there are.
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    known = SavedSearch.objects.filter(owner=owner, address=address).first()
    if known is not None:
        return known
    if SavedSearch.objects.filter(owner=owner).count() >= MOST_SAVED:
        raise TooManySavedSearches(
            _("You have saved %(most)d searches, and more is not possible.") % {"most": MOST_SAVED},
            way_out=_("Delete one that you no longer need."),
        )
    query = " ".join(query.split())
    narrowing = {field: value for field, value in asdict(filters).items() if value not in ("", None)}
    chosen = " ".join(name.split()) or query or _("All works")
    return SavedSearch.objects.create(
        owner=owner, name=chosen[:NAME_LETTERS], query=query, filters=narrowing, address=address
    )


def rename_search(*, owner: User, search_id: UUID, name: str) -> None:
    """Give it another name. Raises SavedSearchNameMissing and SavedSearchNotFound."""
    name = " ".join(name.split())[:NAME_LETTERS]
    if not name:
        raise SavedSearchNameMissing(way_out=_("Write a word or two by which you know it again."))
    if not SavedSearch.objects.filter(owner=owner, pk=search_id).update(name=name):
        raise SavedSearchNotFound


@transaction.atomic
def set_alerts(*, owner: User, search_id: UUID, alerts: str) -> None:
    """How often a letter tells of its new works. From none to some: only what is published from now on is news.

    Raises SavedSearchNotFound.
    """
    search = SavedSearch.objects.select_for_update(no_key=True).filter(owner=owner, pk=search_id).first()
    if search is None:
        raise SavedSearchNotFound
    wanted = Alerts(alerts)
    if wanted == search.alerts:
        return
    at = now()
    if search.alerts == Alerts.NONE:
        search.alerts_since, search.looked_at = at, None
    search.alerts, search.next_look_at = wanted, next_look(wanted, at)
    search.save(update_fields=["alerts", "alerts_since", "looked_at", "next_look_at"])


def next_look(alerts: str, after: datetime) -> datetime | None:
    """When the next letter is due."""
    if alerts == Alerts.NONE:
        return None
    return next_morning(after) if alerts == Alerts.DAILY else next_monday(after)


def stop_alerts(*, owner_id: UUID, search_id: UUID | None = None) -> int:
    """No more letters about one of the owner's searches, or about all; returns how many had some."""
    searches = SavedSearch.objects.filter(owner_id=owner_id).exclude(alerts=Alerts.NONE)
    if search_id is not None:
        searches = searches.filter(pk=search_id)
    return searches.update(alerts=Alerts.NONE, next_look_at=None)


def delete_search(*, owner: User, search_id: UUID) -> None:
    """Remove it, and with it its letters to come. Raises SavedSearchNotFound."""
    deleted, _rows = SavedSearch.objects.filter(owner=owner, pk=search_id).delete()
    if not deleted:
        raise SavedSearchNotFound
