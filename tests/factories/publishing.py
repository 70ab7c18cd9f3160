"""Real pictures to publish, with their bytes in the stores."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from generation.models import GenerationJob, GenerationOutput
from marketplace.accounts.models import Artist
from marketplace.blobs import jobs_store
from marketplace.catalog.models import Work
from marketplace.core.money import Money
from marketplace.licensing.services import OfferTerms
from marketplace.publishing.services import Words, publish_work
from marketplace.publishing.sources import FromOutput
from tests.factories.accounts import ArtistFactory
from tests.factories.generation import GenerationJobFactory, GenerationModelFactory, GenerationOutputFactory

PROMPT = "a beautiful sunset over the sea"
OFFERS = (
    OfferTerms("personal", Money(1200, "USD")),
    OfferTerms("commercial", Money(4900, "USD")),
    OfferTerms("exclusive", Money(49000, "USD")),
)


def recipe(**changes: Any) -> dict[str, Any]:
    """A recipe as the worker writes it."""
    return {
        "contract": 1,
        "kind": "text_to_image",
        "prompt": PROMPT,
        "negative_prompt": "",
        "language": "en",
        "width": 512,
        "height": 512,
        "steps": 20,
        "guidance": 4.0,
        "strength": None,
        "scheduler": "DDIMScheduler",
        "seed": 987654321,
        "model": "atelier-image-1",
        "model_version": "1.2",
        "weights_sha256": "ab" * 32,
        "parent_input_sha256": None,
        **changes,
    }


def delivered(picture: bytes, *, artist: Artist | None = None, **recipe_changes: Any) -> GenerationOutput:
    """An output of the artist's whose bytes lie in the jobs' store."""
    artist = artist or ArtistFactory()
    sha256 = hashlib.sha256(picture).hexdigest()
    job = GenerationJobFactory(
        owner=artist.user,
        model=GenerationModelFactory(name="atelier-image-1", version="1.2"),
        state=GenerationJob.State.FINISHED,
        ended_at=datetime.now(UTC),
    )
    key = f"jobs/{job.id}/pictures/0-{sha256}.png"
    jobs_store().put(key, picture, media_type="image/png")
    return GenerationOutputFactory(
        job=job, storage_key=key, sha256=sha256, size_bytes=len(picture), recipe=recipe(**recipe_changes)
    )


def published(picture: bytes, *, artist: Artist | None = None, title: str = "Evening at sea", **changes: Any) -> Work:
    """A work published from an output, through the service."""
    artist = artist or ArtistFactory()
    output = delivered(picture, artist=artist, **changes.pop("recipe", {}))
    options = {
        "texts": {"en": Words(title, "Warm light."), "zh-hans": Words("海上黄昏")},
        "language": "en",
        "tags": ["sunset", "sea"],
        "offers": OFFERS,
        **changes,
    }
    return publish_work(artist=artist, source=FromOutput(output.pk), **options)
