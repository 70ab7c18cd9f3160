"""Near copies: a picture is in the shop once. Not another's a second time, nor one's own beside itself.

Two works of one picture would let its artist sell the second after the first was sold exclusively.
"""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.catalog.selectors import title_in
from marketplace.provenance.fingerprints import PictureFingerprint
from marketplace.provenance.selectors import works_that_look_like
from marketplace.publishing.errors import HiddenBefore, ListedAlready, LooksLikeAnothersWork, SoldExclusivelyBefore


def refuse_copies(*, artist: Artist, print_: PictureFingerprint, besides: Work | None = None) -> None:
    """Raises LooksLikeAnothersWork (naming it where everybody may see it), or for one's own picture ListedAlready,
    HiddenBefore and SoldExclusivelyBefore. ``besides``: the work that the picture is of, where there is one.

    One's own work that was taken down lets its picture be published anew. PDQ's threshold decides what is the same
    picture (`provenance.fingerprints`).
    """
    for match in works_that_look_like(print_):
        if besides is not None and match.work.pk == besides.pk:
            continue
        if match.work.artist_id == artist.pk:
            _refuse_own(match.work)
        else:
            _refuse_anothers(match.work, match.likeness_percent)


def _title(work: Work) -> str:
    return title_in(work, get_language() or "en")


def _refuse_own(work: Work) -> None:
    if work.sold_exclusively:
        raise SoldExclusivelyBefore(way_out=_("Publish another picture; this one belongs to its buyer alone."))
    if work.status == Work.Status.LISTED:
        raise ListedAlready(
            _("You have this picture in the shop already, as “%(title)s”.") % {"title": _title(work)},
            way_out=_(
                "A picture is listed once, with all its licences. To offer others, take that work down first, then "
                "publish this one in its place."
            ),
            work=str(work.pk),
            address=work.get_absolute_url(),
        )
    if work.status == Work.Status.HIDDEN:
        raise HiddenBefore(
            _("Moderation has hidden this picture, as “%(title)s”.") % {"title": _title(work)},
            way_out=_("Appeal against the decision; its notice was sent to you by e-mail."),
        )


def _refuse_anothers(work: Work, likeness_percent: int) -> None:
    way_out = _("Publish a picture of your own. If this one is yours, report the other work.")
    if work.status != Work.Status.LISTED:
        raise LooksLikeAnothersWork(way_out=way_out)
    raise LooksLikeAnothersWork(
        _("This picture is nearly the same as “%(title)s” by %(artist)s (%(percent)d%% alike).")
        % {"title": _title(work), "artist": work.artist.name, "percent": likeness_percent},
        way_out=way_out,
        work=str(work.pk),
        address=work.get_absolute_url(),
    )
