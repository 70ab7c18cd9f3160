"""Works to vectors: what an encoder is given of a work, and its answer for several works at once."""

import io
import logging
from collections.abc import Sequence
from uuid import UUID

import numpy as np
from django.db.models import Prefetch
from numpy.typing import NDArray
from PIL import Image

from marketplace.blobs import public_store
from marketplace.catalog.models import TagLabel, Work, WorkFile, WorkTag
from recommendations.encoders import Space, encoder_of
from recommendations.measuring import MEASURED, measured_vector
from recommendations.models import EmbeddingSpace
from recommendations.services.documents import text_to_embed

log = logging.getLogger(__name__)
Vectors = NDArray[np.float32]


def labels_of(work: Work) -> list[TagLabel]:
    """The labels of a work's tags in all languages, the preferred ones first."""
    links = WorkTag.objects.filter(work=work).prefetch_related(
        Prefetch("tag__labels", TagLabel.objects.order_by("-preferred", "pk"))
    )
    return [label for link in links for label in link.tag.labels.all()]


def text_of(work: Work, *, languages: Sequence[str]) -> str:
    """What a text encoder of ``languages`` reads of a work; may be empty."""
    known = {language.partition("-")[0] for language in languages}
    labels = [label.label for label in labels_of(work) if label.preferred and label.language.partition("-")[0] in known]
    return text_to_embed([(text.title, text.description) for text in work.texts.all()], labels, languages=languages)


def preview_of(work: Work) -> Image.Image | None:
    """The smallest preview that encoders can read; None where a work has none. Raises Retryable."""
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
    data = public_store().get(file.storage_key)
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return picture.convert("RGB")
    except OSError as error:
        # It stands in for a work that has no picture: one broken file must not keep a version from becoming whole.
        log.warning("the preview %s of %s cannot be read: %s", file.storage_key, work.pk, error)
        return None


def can_be_made_here(version: EmbeddingSpace) -> bool:
    """Whether this machine has what makes vectors of ``version``."""
    if version.space in MEASURED:
        return MEASURED[version.space]().version == version.version
    return encoder_of(version.space, version.version).is_present()


class WorksRead:
    """Works and what encoders need of them; each preview is read once, when first asked for."""

    def __init__(self, works: Sequence[Work]) -> None:
        self.works = works
        self._previews: dict[UUID, Image.Image | None] = {}

    def preview(self, work: Work) -> Image.Image | None:
        """As ``preview_of``."""
        if work.pk not in self._previews:
            self._previews[work.pk] = preview_of(work)
        return self._previews[work.pk]

    def vectors_in(self, version: EmbeddingSpace) -> dict[UUID, Vectors]:
        """Vectors (dimensions,) by work in a version; works that can have none are left out.

        Slow: to be called outside of transactions. Raises EncoderMissing, EncoderUnusable, and Retryable where the
        store does not answer.
        """
        if version.space == Space.TEXT:
            encoder = encoder_of(version.space, version.version)
            texts = {work.pk: text_of(work, languages=encoder.facts.languages) for work in self.works}
            texts = {key: text for key, text in texts.items() if text}
            return dict(zip(texts, encoder.encode_texts(list(texts.values())), strict=True))
        pictures = {work.pk: picture for work in self.works if (picture := self.preview(work)) is not None}
        if version.space in MEASURED:
            return {key: measured_vector(version.space, picture) for key, picture in pictures.items()}
        found = encoder_of(version.space, version.version).encode_pictures(list(pictures.values()))
        return dict(zip(pictures, found, strict=True))
