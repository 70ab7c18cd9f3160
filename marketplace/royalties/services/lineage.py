"""What remixes owe: set by the artist of a work for those to come, written down when one is published."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.catalog.selectors import work_of_artist
from marketplace.royalties.errors import ShareInvalid
from marketplace.royalties.models import MOST_OF_A_REMIX, LineageShare, RemixTerms, percent_of
from marketplace.royalties.selectors.lineage import remix_share_of


@transaction.atomic
def set_remix_share(*, artist: Artist | None, work_id: UUID, basis_points: int) -> RemixTerms:
    """Say what works that are made from one's own owe it, from their publication on; those that are out keep theirs.

    Raises WorkNotFound, NotYourWork, and ShareInvalid outside 0 to 50 %.
    """
    work = work_of_artist(work_id=work_id, artist=artist)
    if not 0 <= basis_points <= MOST_OF_A_REMIX:
        raise ShareInvalid(
            _("A remix cannot owe %(share)s.") % {"share": percent_of(basis_points)},
            way_out=_("Give a share from 0%% to %(most)s.") % {"most": percent_of(MOST_OF_A_REMIX)},
        )
    terms, _made = RemixTerms.objects.update_or_create(work=work, defaults={"basis_points": basis_points})
    return terms


@transaction.atomic
def record_lineage(*, child: Work, parents: Iterable[Work]) -> list[LineageShare]:
    """Write down what ``child``, which is being published, was made from, and what it owes each; once."""
    rows = [
        LineageShare(
            child=child,
            parent=parent,
            basis_points=0 if parent.artist_id == child.artist_id else remix_share_of(parent),
        )
        for parent in parents
        if parent.pk != child.pk
    ]
    return LineageShare.objects.bulk_create(rows, ignore_conflicts=True)
