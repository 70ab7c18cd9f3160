"""From the hashes of what a picture was made from to the works in the shop that it was made from."""

from collections.abc import Collection

from generation.models import GenerationOutput
from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.provenance.selectors import sources_of, works_with_files
from marketplace.publishing.models import Publication
from marketplace.publishing.sources import FromOutput, parents_in

# So many pictures of her own may lie between a work and what the artist makes of it.
MOST_STEPS = 32


def works_made_from(*, artist: Artist, hashes: Collection[str]) -> list[Work]:
    """The works, of anybody and in any state, that a picture of ``artist``'s was made from; by their ids.

    ``hashes``: SHA-256 (hex) of what it began with. What was handed in leads to its file, and a picture of hers that
    she has not published to what that was made from: a remix in several steps owes what one in one step owes.
    """
    works: dict[str, Work] = {}
    seen: set[str] = set()
    open_ = set(hashes)
    for _step in range(MOST_STEPS):
        if not open_:
            break
        seen |= open_
        found = works_with_files(open_)
        works |= {str(work.pk): work for work in found.values()}
        following: set[str] = set()
        for sources in sources_of(open_ - found.keys()).values():
            following |= sources
        for output in _outputs_of(artist, open_ - found.keys()):
            published = Publication.objects.filter(pk=FromOutput(output.pk).key).select_related("work__artist").first()
            if published is not None:
                works[str(published.work.pk)] = published.work
            else:
                following |= set(parents_in(output.recipe))
        open_ = following - seen
    return [works[key] for key in sorted(works)]


def _outputs_of(artist: Artist, hashes: Collection[str]) -> list[GenerationOutput]:
    return list(GenerationOutput.objects.filter(job__owner=artist.user_id, sha256__in=hashes).order_by("pk"))
