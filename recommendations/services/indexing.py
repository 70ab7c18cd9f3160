"""A work's search document, its vectors and its colour. Each can be made again at any time."""

import logging
from uuid import UUID

from django.db import transaction

from marketplace.catalog.models import Work
from recommendations.colours import aspect_of, main_colour
from recommendations.encoders import LEARNED, wanted_facts
from recommendations.measuring import MEASURED
from recommendations.models import EmbeddingSpace, WorkColour
from recommendations.services.documents import WorkWords, write_documents
from recommendations.services.encoding import WorksRead, can_be_made_here, labels_of
from recommendations.services.spaces import register_space
from recommendations.services.spelling import remember_words
from recommendations.services.vectors import store_vector, write_vector

__all__ = ["embed_work", "index_work", "store_vector"]

log = logging.getLogger(__name__)


@transaction.atomic
def index_work(*, work_id: UUID) -> None:
    """Write the work's search document: titles, tags in both languages, artist, descriptions.

    The work's row is locked, so that of two calls the later one writes what it read last. Nothing happens where the
    work is gone.
    """
    work = Work.objects.select_for_update(of=("self",), no_key=True).select_related("artist").filter(pk=work_id).first()
    if work is None:
        return
    texts = list(work.texts.all())
    words = WorkWords(
        titles=[text.title for text in texts],
        descriptions=[text.description for text in texts],
        labels=[label.label for label in labels_of(work)],
        artist=[work.artist.name, work.artist.handle],
    )
    write_documents([(work.pk, words)])
    remember_words(words)


def embed_work(*, work_id: UUID) -> list[str]:
    """Make the work's vectors in every live version whose encoder is here, and measure its colours.

    Returns the spaces in which it has one. While a version is filled, or can be switched back to, a space has several.
    Slow reading and encoding happen outside the transaction. Raises Retryable where the store does not answer.
    """
    work = Work.objects.select_related("artist").filter(pk=work_id).first()
    if work is None:
        return []
    read = WorksRead([work])
    picture = read.preview(work)
    if picture is not None:
        WorkColour.objects.update_or_create(
            work=work, defaults={"colour": main_colour(picture), "aspect": aspect_of(*picture.size)}
        )
    spaces: dict[str, None] = {}
    for version in _versions_to_write():
        vector = read.vectors_in(version).get(work.pk)
        write_vector(work_id=work.pk, version=version, vector=vector)
        if vector is not None:
            spaces[version.space] = None
    return list(spaces)


def _versions_to_write() -> list[EmbeddingSpace]:
    """The live versions; a space that has none yet begins with the one that the settings want."""
    live = list(EmbeddingSpace.objects.live().order_by("registered_at"))
    started = {version.space for version in live}
    for space in (*LEARNED, *MEASURED):
        if space in started:
            continue
        facts = wanted_facts(space)
        if facts is None:
            log.warning("no encoder of the space %s is here", space)
        else:
            live.append(register_space(space=space, facts=facts))
    for version in live:
        if not can_be_made_here(version):
            log.warning("no encoder of %s is here", version)
    return [version for version in live if can_be_made_here(version)]
