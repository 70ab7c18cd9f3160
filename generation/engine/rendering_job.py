"""One attempt at one job: request in, pictures out one by one, progress by step, stopped at any step."""

import hashlib
import io
import logging
import threading
import time
from dataclasses import dataclass
from uuid import UUID

import torch
from PIL import Image
from pydantic import ValidationError

from generation.engine import contract
from generation.engine.contract import FailureCode, GenerationRequest, Go, PictureResult, Recipe
from generation.engine.pipelines.loading import LoadedModel, Models
from generation.engine.pipelines.previews import Previews
from generation.engine.pipelines.rendering import render_picture
from generation.engine.shop import Shop
from generation.engine.stopping import GaveUp, HandedBack, ToldToStop
from marketplace.core.blobs import BlobNotFound, BlobStore, BlobStoreRefused, BlobStoreUnreachable

logger = logging.getLogger(__name__)

Image.MAX_IMAGE_PIXELS = 50_000_000


@dataclass
class Workplace:
    """What a worker process has set up once and every job uses."""

    store: BlobStore
    shop: Shop
    models: Models
    ending: threading.Event


class RenderingJob:
    """Attempt ``attempt`` at job ``job_id``. ``run`` reports its end itself; only HandedBack comes through."""

    def __init__(self, workplace: Workplace, *, job_id: UUID, attempt: int, request_key: str) -> None:
        self._at = workplace
        self.job_id, self.attempt, self._request_key = job_id, attempt, request_key
        self._steps_done = 0
        self._previews = 0

    def run(self) -> None:
        """Do it. Raises HandedBack when this process is ending, and the queue's or store's error when both
        are away.
        """
        try:
            keys = self._render_all()
        except ToldToStop as stop:
            logger.info("job %s, attempt %s: stopped (%s)", self.job_id, self.attempt, stop.reason.value)
            return
        except GaveUp as failure:
            logger.error("job %s, attempt %s: %s: %s", self.job_id, self.attempt, failure.code.value, failure)
            self._at.shop.job_failed(self.job_id, self.attempt, failure.code)
            return
        except (BlobStoreUnreachable, BlobStoreRefused) as failure:
            logger.error("job %s, attempt %s: %s", self.job_id, self.attempt, failure.message)
            self._at.shop.job_failed(self.job_id, self.attempt, FailureCode.STORE_UNREACHABLE)
            return
        except HandedBack:
            raise
        except Exception:
            logger.exception("job %s, attempt %s: an error of ours", self.job_id, self.attempt)
            self._at.shop.job_failed(self.job_id, self.attempt, FailureCode.INTERNAL)
            return
        self._at.shop.job_is_finished(self.job_id, self.attempt, keys)

    def _render_all(self) -> list[str]:
        self._report()
        request = self._read_request()
        model = self._at.models.get(request.model, request.model_version)
        input_picture = self._read_input(request)
        finished = self._pictures_of_earlier_attempts(model, request)
        keys = []
        for index in range(request.count):
            if index in finished:
                key = finished[index]
                self._at.shop.picture_is_ready(self.job_id, self.attempt, key)
            else:
                key = self._render_one(model, request, index, input_picture)
            keys.append(key)
        return keys

    def _render_one(
        self, model: LoadedModel, request: GenerationRequest, index: int, input_picture: Image.Image | None
    ) -> str:
        before = request.steps_run * index
        previews = Previews(model)

        def on_step(step: int, latents: torch.Tensor) -> None:
            self._steps_done = before + min(step, request.steps_run)
            preview = previews.at_step(step, request.steps_run, latents)
            if preview is not None:
                self._at.store.put(contract.preview_key(self.job_id), preview, media_type="image/webp")
                self._previews += 1
            self._report()

        began = time.monotonic()
        picture = render_picture(model, request, index=index, input_picture=input_picture, on_step=on_step)
        buffer = io.BytesIO()
        picture.save(buffer, "PNG", compress_level=6)
        data = buffer.getvalue()
        key = self._store_picture(model, request, index, data, render_s=time.monotonic() - began)
        self._steps_done = request.steps_run * (index + 1)
        self._report()
        self._at.shop.picture_is_ready(self.job_id, self.attempt, key)
        return key

    def _store_picture(
        self, model: LoadedModel, request: GenerationRequest, index: int, data: bytes, *, render_s: float
    ) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        result = PictureResult(
            job_id=self.job_id,
            attempt=self.attempt,
            index=index,
            storage_key=contract.picture_key(self.job_id, index, sha256),
            sha256=sha256,
            size_bytes=len(data),
            width=request.width,
            height=request.height,
            render_s=render_s,
            device=model.place.name,
            recipe=_recipe(model, request, index),
        )
        self._at.store.put(result.storage_key, data, media_type=result.media_type)
        key = contract.result_key(self.job_id, index, self.attempt)
        self._at.store.put(key, result.model_dump_json().encode(), media_type="application/json")
        return key

    def _pictures_of_earlier_attempts(self, model: LoadedModel, request: GenerationRequest) -> dict[int, str]:
        """What a stopped attempt has left whole, by index, where this one would make it in the same way.

        A model may be exchanged between two attempts; the shop refuses a picture of other weights.
        """
        found: dict[int, str] = {}
        for key in self._at.store.keys(contract.results_prefix(self.job_id)):
            try:
                result = PictureResult.model_validate_json(self._at.store.get(key))
            except (ValidationError, BlobNotFound) as error:
                logger.warning("job %s: %s is passed over: %s", self.job_id, key, error)
                continue
            if result.index >= request.count or result.recipe != _recipe(model, request, result.index):
                continue
            if self._at.store.exists(result.storage_key):
                found.setdefault(result.index, key)
        return found

    def _read_request(self) -> GenerationRequest:
        try:
            return GenerationRequest.model_validate_json(self._at.store.get(self._request_key))
        except (ValidationError, BlobNotFound) as error:
            raise GaveUp(FailureCode.REQUEST_UNREADABLE, f"{self._request_key}: {error}") from error

    def _read_input(self, request: GenerationRequest) -> Image.Image | None:
        if request.input_key is None:
            return None
        try:
            data = self._at.store.get(request.input_key)
            if hashlib.sha256(data).hexdigest() != request.input_sha256:
                raise GaveUp(FailureCode.INPUT_UNREADABLE, f"{request.input_key} has another content than ordered")
            with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
                return picture.convert("RGB")
        except (BlobNotFound, OSError, SyntaxError, Image.DecompressionBombError) as error:
            raise GaveUp(FailureCode.INPUT_UNREADABLE, f"{request.input_key}: {error}") from error

    def _report(self) -> None:
        if self._at.ending.is_set():
            raise HandedBack
        answer = self._at.shop.report_progress(
            self.job_id, self.attempt, steps_done=self._steps_done, previews=self._previews
        )
        if answer is not Go.ON:
            raise ToldToStop(answer)


def _recipe(model: LoadedModel, request: GenerationRequest, index: int) -> Recipe:
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
    )
