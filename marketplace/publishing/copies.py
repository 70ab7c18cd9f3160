"""Near copies: another's work is not published a second time, nor one's own that was sold exclusively."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.catalog.selectors import title_in
from marketplace.provenance.fingerprints import PictureFingerprint
from marketplace.provenance.selectors import works_that_look_like
from marketplace.publishing.errors import LooksLikeAnothersWork, SoldExclusivelyBefore


def refuse_copies(*, artist: Artist, print_: PictureFingerprint) -> None:
    """Raises LooksLikeAnothersWork (naming it where everybody may see it) and SoldExclusivelyBefore.

    One's own variations of a picture pass. PDQ's threshold decides (`provenance.fingerprints`).
    """
    for match in works_that_look_like(print_):
        if match.work.artist_id == artist.pk:
            if match.work.sold_exclusively:
                raise SoldExclusivelyBefore(way_out=_("Publish another picture; this one belongs to its buyer alone."))
            continue
        way_out = _("Publish a picture of your own. If this one is yours, report the other work.")
        if match.work.status == Work.Status.LISTED:
            raise LooksLikeAnothersWork(
                _("This picture is nearly the same as “%(title)s” by %(artist)s (%(percent)d%% alike).")
                % {
                    "title": title_in(match.work, get_language() or "en"),
                    "artist": match.work.artist.name,
                    "percent": match.likeness_percent,
                },
                way_out=way_out,
                work=str(match.work.pk),
                address=match.work.get_absolute_url(),
            )
        raise LooksLikeAnothersWork(way_out=way_out)
