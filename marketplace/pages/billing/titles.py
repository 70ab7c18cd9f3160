"""What was sold, in the reader's language: a work's title, or the tier of a membership."""

from collections.abc import Iterable, Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.catalog.models import Work
from marketplace.catalog.selectors import title_in
from marketplace.memberships.selectors import tiers_by_reference


def titles_of(sold: Iterable[tuple[str, Work | None]]) -> Mapping[str, str]:
    """By the reference of each sale, for pairs of it and its work; one query for all that are of no work.

    Empty where it is neither (a tip); a reference may come several times.
    """
    pairs = dict(sold)
    tiers = tiers_by_reference(reference for reference, work in pairs.items() if work is None)
    language = get_language() or "en"
    titles = {reference: title_in(work, language) for reference, work in pairs.items() if work is not None}
    named = {reference: _("Membership: %(tier)s") % {"tier": tier.name} for reference, tier in tiers.items()}
    return dict.fromkeys(pairs, "") | titles | named
