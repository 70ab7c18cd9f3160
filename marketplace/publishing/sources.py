"""What can be published: a picture generated here, or a file that was brought in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from generation.errors import OutputNotFound
from generation.models import GenerationOutput
from generation.selectors import output_of, picture_bytes, record_bytes
from marketplace.accounts.models import Artist
from marketplace.blobs import private_store
from marketplace.provenance.facts import ProvenanceFacts
from marketplace.publishing.errors import PictureNotFound
from marketplace.publishing.models import Upload


@dataclass(frozen=True, slots=True)
class FromOutput:
    """A picture that a generation job of the artist's delivered."""

    output_id: UUID

    @property
    def key(self) -> str:
        """Unique per source; a work is published once from it."""
        return f"output:{self.output_id}"


@dataclass(frozen=True, slots=True)
class FromUpload:
    """A file that the artist brought in."""

    upload_id: UUID

    @property
    def key(self) -> str:
        """Unique per source; a work is published once from it."""
        return f"upload:{self.upload_id}"


Source = FromOutput | FromUpload


@dataclass(frozen=True, slots=True)
class SourcePicture:
    """A picture to be published, with its origin. ``facts`` carry no prompt; ``prompt`` stands apart.

    ``restoration_png``: of a restored picture, which pixels survived (`picture_tools.restoring.record`).
    """

    key: str
    data: bytes
    facts: ProvenanceFacts
    prompt: str = ""
    prompt_language: str = "en"
    restoration_png: bytes | None = None


def output_to_publish(*, artist: Artist, output_id: UUID) -> GenerationOutput:
    """The artist's own output. Raises PictureNotFound, also for another's."""
    try:
        return output_of(artist.user, output_id)
    except OutputNotFound as error:
        raise PictureNotFound from error


def upload_to_publish(*, artist: Artist, upload_id: UUID) -> Upload:
    """The artist's own upload. Raises PictureNotFound, also for another's."""
    upload = Upload.objects.filter(pk=upload_id, artist=artist).first()
    if upload is None:
        raise PictureNotFound
    return upload


def read_source(*, artist: Artist, source: Source) -> SourcePicture:
    """The bytes and the origin of what is to be published, for its owner alone. Raises PictureNotFound."""
    if isinstance(source, FromUpload):
        upload = upload_to_publish(artist=artist, upload_id=source.upload_id)
        return SourcePicture(
            key=source.key,
            data=private_store().get(upload.storage_key),
            facts=ProvenanceFacts(source="uploaded", created_at=upload.created_at),
        )
    output = output_to_publish(artist=artist, output_id=source.output_id)
    try:
        data = picture_bytes(output)
        restoration_png = record_bytes(output) if output.record_key else None
    except OutputNotFound as error:
        raise PictureNotFound from error
    return SourcePicture(
        key=source.key,
        data=data,
        facts=facts_of_recipe(output.recipe, made_at=output.created_at),
        prompt=output.recipe["prompt"],
        prompt_language=output.recipe["language"],
        restoration_png=restoration_png,
    )


def parents_in(recipe: dict[str, Any]) -> tuple[str, ...]:
    """SHA-256 (hex) of the pictures that a recipe began with: what was changed, what gave style, what led it."""
    made_from = ("parent_input_sha256", "reference_sha256", "control_sha256")
    return tuple(recipe[name] for name in made_from if recipe.get(name))


def facts_of_recipe(recipe: dict[str, Any], *, made_at: datetime) -> ProvenanceFacts:
    """Provenance's facts from a generation's recipe (`generation.engine.contract.Recipe` as JSON)."""
    is_tool = bool(recipe.get("tool"))
    source: Literal["generated", "image_to_image", "picture_tool"] = "generated"
    if is_tool:
        source = "picture_tool"
    elif recipe.get("parent_input_sha256"):
        source = "image_to_image"
    return ProvenanceFacts(
        source=source,
        created_at=made_at,
        model=recipe["model"],
        model_version=recipe["model_version"],
        weights_sha256=recipe["weights_sha256"],
        # A picture tool knows neither seed nor steps.
        seed=None if is_tool else recipe["seed"],
        steps=None if is_tool else recipe["steps"],
        parents=parents_in(recipe),
        by_trained_network=not is_tool or "learned" in recipe.get("method", ""),
    )
