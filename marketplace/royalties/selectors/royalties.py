"""Who gets how much of one sale."""

from dataclasses import dataclass
from uuid import UUID

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.core.money import Money
from marketplace.royalties.models import WorkShare
from marketplace.royalties.selectors.lineage import lineage_of
from marketplace.royalties.splitting import collaborators_amounts, lineage_amounts


@dataclass(frozen=True, slots=True)
class Royalty:
    """What another than the seller gets of a sale: as an artist before the work, a collaborator on it, or both."""

    artist: Artist
    amount: Money


def royalties_of(work: Work, net: Money) -> list[Royalty]:
    """What of ``net``, which a sale of ``work`` leaves after fee and tax, goes on to others now; by their ids.

    What would go to the seller herself, or to an artist whose account is closed, stays the seller's. A work that has
    neither collaborators nor parents takes two queries.
    """
    lineage = lineage_of(work)
    amounts = lineage_amounts(net.amount_minor, work.pk, lineage) if lineage else {}
    left = net.amount_minor - sum(amounts.values())
    accepted = WorkShare.objects.filter(work=work, state=WorkShare.State.ACCEPTED)
    shares: dict[UUID, int] = dict(accepted.values_list("artist_id", "basis_points"))
    if shares:
        for artist_id, amount in collaborators_amounts(left, shares).items():
            amounts[artist_id] = amounts.get(artist_id, 0) + amount
    amounts.pop(work.artist_id, None)
    if not amounts:
        return []
    artists = Artist.objects.filter(pk__in=amounts, user__is_active=True).select_related("user").order_by("pk")
    return [Royalty(artist, Money(amounts[artist.pk], net.currency)) for artist in artists]
