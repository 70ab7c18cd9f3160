"""Who gets how much of one sale."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.core.money import Money
from marketplace.royalties.models import WorkShare
from marketplace.royalties.selectors.lineage import lineage_of
from marketplace.royalties.splitting import Lineage, collaborators_amounts, lineage_amounts


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who shares in the sales of a work at one moment. ``artists``: by id, those who can get anything."""

    work_id: UUID
    lineage: Lineage
    collaborators: Mapping[UUID, int]
    artists: Mapping[UUID, Artist]

    def royalties(self, net: Money) -> dict[Artist, Money]:
        """What of ``net``, which a sale leaves after fee and tax, goes on to each, as an artist before the work, a
        collaborator on it, or both; amounts of nothing are left out.
        """
        amounts = lineage_amounts(net.amount_minor, self.work_id, self.lineage) if self.lineage else {}
        left = net.amount_minor - sum(amounts.values())
        for artist_id, amount in collaborators_amounts(left, self.collaborators).items():
            amounts[artist_id] = amounts.get(artist_id, 0) + amount
        return {
            self.artists[artist_id]: Money(amounts[artist_id], net.currency)
            for artist_id in sorted(amounts)
            if artist_id in self.artists
        }


def sharing_of(work: Work) -> Sharing:
    """Who shares in the sales of ``work`` now: what it was made from, and the shares that are accepted.

    What would go to its own artist, or to one whose account is closed, stays with its artist. A work of which nobody
    else earns takes two queries.
    """
    lineage = lineage_of(work)
    accepted = WorkShare.objects.filter(work=work, state=WorkShare.State.ACCEPTED)
    collaborators = dict(accepted.values_list("artist_id", "basis_points"))
    everybody = {parent.artist_id for parents in lineage.values() for parent in parents} | collaborators.keys()
    artists: dict[UUID, Artist] = {}
    if others := everybody - {work.artist_id}:
        found = Artist.objects.filter(pk__in=others, user__is_active=True).select_related("user")
        artists = {artist.pk: artist for artist in found}
    return Sharing(work.pk, lineage, collaborators, artists)
