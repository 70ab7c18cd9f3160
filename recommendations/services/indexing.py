"""A work's search document, its vectors and its colour. Each can be made again at any time."""

import io
import logging
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import Prefetch
from numpy.typing import NDArray
from PIL import Image

from marketplace.blobs import public_store
from marketplace.catalog.models import TagLabel, Work, WorkFile, WorkTag
from recommendations.colours import aspect_of, main_colour
from recommendations.encoders import FOLDERS, encoder_for, facts_of, present_spaces
from recommendations.models import Embedding, EmbeddingSpace, WorkColour
from recommendations.palette import palette_of
from recommendations.services.documents import WorkWords, text_to_embed, write_documents
from recommendations.services.spaces import register_space
from recommendations.services.spelling import remember_words

log = logging.getLogger(__name__)
Space = EmbeddingSpace.Space


def _labels(work: Work) -> list[TagLabel]:
    links = WorkTag.objects.filter(work=work).prefetch_related(
        Prefetch("tag__labels", TagLabel.objects.order_by("-preferred", "pk"))
    )
    return [label for link in links for label in link.tag.labels.all()]


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
        labels=[label.label for label in _labels(work)],
        artist=[work.artist.name, work.artist.handle],
    )
    write_documents([(work.pk, words)])
    remember_words(words)


def english_text_of(work: Work) -> str:
    """What the English text encoder reads of a work: English texts and the tags' English labels; may be empty."""
    labels = [label.label for label in _labels(work) if label.preferred and label.language == "en"]
    return text_to_embed([(text.title, text.description) for text in work.texts.all()], labels)


def _preview(work: Work) -> Image.Image | None:
    file = (
        WorkFile.objects.filter(
            version__work=work, version__is_current=True, role__in=["preview", "thumbnail"], media_type="image/webp"
        )
        .order_by("width")
        .exclude(width__lt=256)
        .first()
    )
    if file is None:
        return None
    with Image.open(io.BytesIO(public_store().get(file.storage_key))) as picture:
        return picture.convert("RGB")


def embed_work(*, work_id: UUID) -> list[str]:
    """Make the work's vectors in every space whose encoder is here, and measure its colours; returns the spaces.

    Slow reading and encoding happen outside the transaction. Raises Retryable where the store does not answer.
    """
    work = Work.objects.select_related("artist").filter(pk=work_id).first()
    if work is None:
        return []
    spaces = present_spaces()
    if missing := [space for space in FOLDERS if space not in spaces]:
        log.warning("no encoder for %s: %s gets no vector there", ", ".join(missing), work_id)
    vectors: dict[str, NDArray[np.float32]] = {}
    if Space.TEXT in spaces and (text := english_text_of(work)):
        vectors[Space.TEXT] = encoder_for(Space.TEXT).encode_texts([text])[0]
    picture = _preview(work)
    if picture is not None:
        WorkColour.objects.update_or_create(
            work=work, defaults={"colour": main_colour(picture), "aspect": aspect_of(*picture.size)}
        )
        vectors[Space.PALETTE] = palette_of(picture)
        if Space.PICTURE in spaces:
            vectors[Space.PICTURE] = encoder_for(Space.PICTURE).encode_pictures([picture])[0]
    for space, vector in vectors.items():
        store_vector(work_id=work.pk, space=space, vector=vector)
    return list(vectors)


@transaction.atomic
def store_vector(*, work_id: UUID, space: str, vector: NDArray[np.float32]) -> None:
    """Write a work's vector in the present version of ``space``, replacing the one that was there."""
    facts = facts_of(space)
    register_space(space=space, facts=facts)
    Embedding.objects.update_or_create(work_id=work_id, space=space, version=facts.version, defaults={"vector": vector})
