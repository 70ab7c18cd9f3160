"""The artist says whom a work is for."""

from datetime import timedelta

from django.utils.translation import gettext as _

from marketplace.catalog.audiences import Audience, AudienceChoice
from marketplace.catalog.errors import AudienceInvalid
from marketplace.catalog.models import Work
from marketplace.core.clock import now

SHORTEST_FIRST, LONGEST_FIRST = timedelta(hours=1), timedelta(days=30)
HIGHEST_LEVEL = 20


def checked_audience(choice: AudienceChoice, *, present: Work | None = None) -> AudienceChoice:
    """``choice`` without what does not belong to its audience.

    For the club first a work is public between SHORTEST_FIRST and LONGEST_FIRST from now; the moment that ``present``
    has already stays possible. Raises AudienceInvalid.
    """
    if choice.audience == Audience.EVERYONE:
        return AudienceChoice()
    if choice.audience == Audience.MEMBERS:
        if not 1 <= choice.members_level <= HIGHEST_LEVEL:
            raise AudienceInvalid(
                _("There is no such tier."), way_out=_("Tiers are counted from 1, which is every member.")
            )
        return AudienceChoice(Audience.MEMBERS, members_level=choice.members_level)
    if choice.audience != Audience.CLUB_FIRST:
        raise AudienceInvalid(_("There is no such audience."), way_out=_("Choose one of those that there are."))
    if choice.public_from is None:
        raise AudienceInvalid(_("The club’s time needs an end."), way_out=_("Say from when everybody sees the work."))
    is_kept = present is not None and present.public_from == choice.public_from
    if not is_kept and not SHORTEST_FIRST <= choice.public_from - now() <= LONGEST_FIRST:
        raise AudienceInvalid(
            _("The club can be first for one hour to thirty days."), way_out=_("Choose another moment for everybody.")
        )
    return AudienceChoice(Audience.CLUB_FIRST, public_from=choice.public_from)


def set_audience(*, work: Work, choice: AudienceChoice) -> Work:
    """Let ``work`` be for ``choice`` from now on. Licences and open checkouts stay as they are. Raises AudienceInvalid.

    Lists ask for the audience themselves, so nothing is indexed again.
    """
    good = checked_audience(choice, present=work)
    Work.objects.filter(pk=work.pk).update(
        audience=good.audience, public_from=good.public_from, members_level=good.members_level
    )
    work.refresh_from_db(fields=["audience", "public_from", "members_level"])
    return work
