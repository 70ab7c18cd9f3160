"""Choosing letters, and ending them."""

from django.db import transaction

from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.digests.models import Digest, MailWishes
from marketplace.digests.unsubscribing import Unsubscription
from recommendations.alert_times import next_monday, next_morning
from recommendations.services import stop_alerts


@transaction.atomic
def choose_letters(*, reader: User, weekly: bool, releases: bool) -> None:
    """What the reader wants from now on; a kind that she had not is due at its next time, and what was before is no
    news of it."""
    MailWishes.objects.bulk_create([MailWishes(reader=reader)], ignore_conflicts=True)
    wishes = MailWishes.objects.select_for_update(no_key=True).get(reader=reader)
    at = now()
    if weekly != wishes.weekly:
        wishes.weekly, wishes.weekly_since = weekly, at
        wishes.weekly_next_at = next_monday(at) if weekly else None
    if releases != wishes.releases:
        wishes.releases, wishes.releases_since = releases, at
        wishes.releases_next_at = next_morning(at) if releases else None
    wishes.save()


def unsubscribe(*, from_what: Unsubscription) -> None:
    """End what a letter's link ends; twice is once."""
    if from_what.kind == Digest.Kind.SEARCHES:
        stop_alerts(owner_id=from_what.reader_id, search_id=from_what.search_id)
    elif from_what.kind == Digest.Kind.WEEKLY:
        MailWishes.objects.filter(reader=from_what.reader_id).update(weekly=False, weekly_next_at=None)
    else:
        MailWishes.objects.filter(reader=from_what.reader_id).update(releases=False, releases_next_at=None)
