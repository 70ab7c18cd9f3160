"""Shares in works and lineages, made through the services."""

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.royalties.models import LineageShare, WorkShare
from marketplace.royalties.services import accept_share, offer_share, record_lineage, set_remix_share
from tests.factories.accounts import ArtistFactory


def shared(work: Work, *, with_: Artist | None = None, basis_points: int = 3000) -> WorkShare:
    """An accepted share in ``work``."""
    other = with_ or ArtistFactory()
    share = offer_share(artist=work.artist, work_id=work.pk, handle=other.handle, basis_points=basis_points)
    return accept_share(artist=other, share_id=share.pk)


def remixed(child: Work, *parents: Work, owing: int | None = 1000) -> list[LineageShare]:
    """``child`` made from ``parents``, whose artists ask ``owing`` basis points of each remix (None: as they did)."""
    for parent in parents:
        if owing is not None:
            set_remix_share(artist=parent.artist, work_id=parent.pk, basis_points=owing)
    return record_lineage(child=child, parents=parents)
