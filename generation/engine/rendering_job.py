"""One attempt at one job while this worker has it in hand: what was ordered, how far it is, whether it goes on."""

import hashlib
import io
import logging
from dataclasses import dataclass, field
from uuid import UUID

from PIL import Image
from pydantic import ValidationError

from generation.engine import contract
from generation.engine.contract import FailureCode, GenerationRequest, Go, PictureResult, Recipe
from generation.engine.painting import Painter, PictureOrder
from generation.engine.queue import QueuedJob
from generation.engine.shop import Progress
from generation.engine.stopping import GaveUp
from marketplace.core.blobs import BlobNotFound, BlobStore

logger = logging.getLogger(__name__)

Image.MAX_IMAGE_PIXELS = 50_000_000


@dataclass
class RenderingJob:
    """What the worker's threads know of a job. Each field has one writer, named here.

    The rendering thread: what is read when the job is opened, ``steps_done``, ``failed``. The reporter:
    ``stopped`` (the shop's word to stop), ``previews``. The delivery: ``keys`` (results by index), ``is_ended`` (its
    end was reported or left to others), ``store_failed``.
    """

    queued: QueuedJob
    request: GenerationRequest = field(init=False)
    input_picture: Image.Image | None = None
    mask: Image.Image | None = None
    reference: Image.Image | None = None
    adapters: tuple[bytes, ...] = field(default=(), repr=False)
    control_picture: Image.Image | None = None
    ready_before: dict[int, str] = field(default_factory=dict)

    steps_done: int = 0
    failed: bool = False
    stopped: Go | None = None
    previews: int = 0
    keys: dict[int, str] = field(default_factory=dict)
    is_ended: bool = False
    store_failed: bool = False

    @property
    def job_id(self) -> UUID:
        """The shop's id."""
        return self.queued.job_id

    @property
    def attempt(self) -> int:
        """The attempt that this is."""
        return self.queued.attempt

    @property
    def goes_on(self) -> bool:
        """Whether its next picture is still wanted."""
        return self.stopped is None and not (self.failed or self.store_failed or self.is_ended)

    @property
    def progress(self) -> Progress:
        """For the shop."""
        return Progress(self.job_id, self.attempt, self.steps_done, self.previews)

    def orders(self) -> list[tuple[int, PictureOrder]]:
        """Its pictures that are not ready, with their indices."""
        given = (self.input_picture, self.mask, self.reference, self.adapters, self.control_picture)
        return [
            (index, PictureOrder(self.request, index, *given))
            for index in range(self.request.count)
            if index not in self.ready_before
        ]

    def __str__(self) -> str:
        return f"job {self.job_id}, attempt {self.attempt}"


def read_request(store: BlobStore, queued: QueuedJob) -> GenerationRequest:
    """What was ordered. Raises GaveUp and the store's errors."""
    try:
        return GenerationRequest.model_validate_json(store.get(queued.request_key))
    except (ValidationError, BlobNotFound) as error:
        raise GaveUp(FailureCode.REQUEST_UNREADABLE, f"{queued.request_key}: {error}") from error


def require_registered_weights(model: Painter, request: GenerationRequest) -> None:
    """Raises GaveUp(MODEL_UNSUITABLE) where the weights in memory are not those that the registry names."""
    if request.weights_sha256 not in (None, model.weights_sha256):
        raise GaveUp(
            FailureCode.MODEL_UNSUITABLE,
            f"{model.name} {model.version} has the weights {model.weights_sha256}, not {request.weights_sha256}",
        )


def read_input(store: BlobStore, request: GenerationRequest) -> Image.Image | None:
    """The picture to begin with, RGB, where one was ordered. Raises GaveUp and the store's errors."""
    if request.input_key is None:
        return None
    return _read_picture(store, request.input_key, request.input_sha256, mode="RGB")


def read_mask(store: BlobStore, request: GenerationRequest) -> Image.Image | None:
    """Where an edit paints, one channel, bright is painted. Raises GaveUp and the store's errors."""
    if request.mask_key is None:
        return None
    return _read_picture(store, request.mask_key, request.mask_sha256, mode="L")


def read_reference(store: BlobStore, request: GenerationRequest) -> Image.Image | None:
    """The picture whose style or colours a tool takes, RGB. Raises GaveUp and the store's errors."""
    if request.reference_key is None:
        return None
    return _read_picture(store, request.reference_key, request.reference_sha256, mode="RGB")


def read_control(store: BlobStore, request: GenerationRequest) -> Image.Image | None:
    """The picture that leads the composition, RGBA. Raises GaveUp and the store's errors."""
    if request.control_key is None:
        return None
    return _read_picture(store, request.control_key, request.control_sha256, mode="RGBA")


def _read_picture(store: BlobStore, key: str, sha256: str | None, *, mode: str) -> Image.Image:
    try:
        data = store.get(key)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise GaveUp(FailureCode.INPUT_UNREADABLE, f"{key} has another content than ordered")
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            return picture.convert(mode)
    except (BlobNotFound, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise GaveUp(FailureCode.INPUT_UNREADABLE, f"{key}: {error}") from error


def pictures_of_earlier_attempts(
    store: BlobStore, model: Painter, request: GenerationRequest, job_id: UUID
) -> dict[int, str]:
    """What a stopped attempt has left whole, by index, where it made what is ordered with the same weights.

    A model may be exchanged between two attempts; the shop refuses a picture of other weights. Raises the store's
    errors.
    """
    found: dict[int, str] = {}
    for key in store.keys(contract.results_prefix(job_id)):
        try:
            result = PictureResult.model_validate_json(store.get(key))
        except (ValidationError, BlobNotFound) as error:
            logger.warning("job %s: %s is passed over: %s", job_id, key, error)
            continue
        if result.index >= request.count:
            continue
        wanted = recipe_of(model, request, result.index, batch_size=1, batch_index=0)
        if result.recipe.as_ordered == wanted.as_ordered and store.exists(result.storage_key):
            found.setdefault(result.index, key)
    return found


def recipe_of(
    model: Painter, request: GenerationRequest, index: int, *, batch_size: int, batch_index: int, method: str = ""
) -> Recipe:
    """How picture ``index`` is made at this place of a batch of this size, of a tool by which ``method``."""
    machine = model.machine
    return Recipe(
        kind=request.kind,
        prompt=request.prompt,
        negative_prompt=request.negative_prompt,
        language=request.language,
        width=request.width,
        height=request.height,
        steps=request.steps,
        guidance=request.guidance,
        strength=request.strength,
        scheduler=model.scheduler,
        seed=request.seed_of(index),
        model=model.name,
        model_version=model.version,
        weights_sha256=model.weights_sha256,
        parent_input_sha256=request.input_sha256,
        mask_sha256=request.mask_sha256,
        extension=request.extension,
        variation=request.variation,
        painted_side=request.painted_side,
        reference_sha256=request.reference_sha256,
        control=request.control,
        control_sha256=request.control_sha256,
        tool=request.tool,
        method=method,
        adapters=tuple(adapter.used for adapter in request.adapters),
        batch_size=batch_size,
        batch_index=batch_index,
        threads=machine.threads,
        build=machine.build_for(request, batch_size),
        device=machine.device,
        dtype=machine.dtype,
    )
