"""Edits and variations are ordered like pictures: checked, priced, reserved, queued; nobody edits another's picture."""

import io

import numpy as np
import pytest
from PIL import Image

from billing.selectors import credits_held
from generation.engine import contract
from generation.errors import OutputNotFound
from generation.models import GenerationJob
from generation.services import record_finished
from marketplace.blobs import jobs_store
from marketplace.studio.editing import (
    clean_mask,
    input_of,
    start_inpaint,
    start_outpaint,
    start_variations,
)
from marketplace.studio.errors import (
    CannotBeVaried,
    InputPictureUnusable,
    MaskUnusable,
    PromptUnreadable,
    WordsNotTaught,
)
from marketplace.studio.services import start_generation
from marketplace.studio.settings_of_pictures import PictureSettings
from tests.factories.accounts import UserFactory
from tests.studio.delivering import png, put_picture

pytestmark = pytest.mark.usefixtures("taught_model")


def settings(**more) -> PictureSettings:
    return PictureSettings(
        **{"prompt": "a sunset over the sea", "width": 128, "height": 128, "count": 1, "seed": 5, "steps": 20, **more}
    )


def mask(width: int, height: int, box: tuple[int, int, int, int] | None) -> bytes:
    picture = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    if box:
        picture.paste((255, 0, 0, 255), box)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def output(artist):
    """A finished picture of the artist's."""
    job = start_generation(user=artist, settings=settings())
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0)])
    return job.outputs.get()


def request_of(job: GenerationJob) -> contract.GenerationRequest:
    return contract.GenerationRequest.model_validate_json(jobs_store().get(contract.request_key(job.id)))


def test_painting_over_is_ordered_at_the_pictures_size_with_a_clean_mask(artist):
    picture = input_of(artist, upload=png(300, 200))
    job = start_inpaint(
        user=artist, settings=settings(strength=0.8), picture=picture, mask=mask(300, 200, (10, 10, 80, 90))
    )
    request = request_of(job)
    assert (request.kind, request.width, request.height) == (contract.Kind.INPAINT, 300, 200)
    assert (request.strength, request.painted_side, request.batch_shape) == (0.8, 128, "")
    stored = np.asarray(Image.open(io.BytesIO(jobs_store().get(request.mask_key))))
    assert set(np.unique(stored)) == {0, 255}
    assert (stored > 0).sum() == 70 * 80
    assert (job.mask_sha256, job.steps_total) == (request.mask_sha256, 16)
    assert credits_held(artist) == 1, "the price is that of the model's own size"
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0)])
    assert job.outputs.get().recipe["mask_sha256"] == job.mask_sha256


def test_growing_is_ordered_and_bounded(artist):
    picture = input_of(artist, upload=png(300, 200))
    extension = contract.Extension(right=100, top=60)
    job = start_outpaint(user=artist, settings=settings(), picture=picture, extension=extension)
    request = request_of(job)
    assert (request.kind, request.width, request.height) == (contract.Kind.OUTPAINT, 400, 260)
    assert (request.extension, request.strength) == (extension, None)
    large = input_of(artist, upload=png(1536, 1200))
    with pytest.raises(InputPictureUnusable):
        start_outpaint(
            user=artist, settings=settings(), picture=large, extension=contract.Extension(left=512, right=512)
        )
    assert GenerationJob.objects.count() == 1


def test_variations_stay_near_the_pictures_own_seed(artist, output):
    job = start_variations(user=artist, output_id=output.id, amount=0.3, count=3, seed=900)
    request = request_of(job)
    assert request.kind is contract.Kind.VARIATIONS
    assert request.variation == contract.Variation(base_seed=output.seed, amount=0.3)
    assert (request.prompt, request.width, request.count) == ("a sunset over the sea", 128, 3)
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, index) for index in range(3)])
    again = start_variations(user=artist, output_id=job.outputs.first().id, amount=0.2, count=1, seed=1)
    assert request_of(again).variation.base_seed == 900


def test_a_picture_from_a_picture_has_no_variations(artist):
    job = start_generation(user=artist, settings=settings(strength=0.4), upload=png(200, 200))
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0)])
    with pytest.raises(CannotBeVaried):
        start_variations(user=artist, output_id=job.outputs.get().id, amount=0.3, count=1, seed=1)


@pytest.mark.parametrize("data", [b"", b"GIF89a", mask(64, 64, None), b"x" * (9 * 1024 * 1024)])
def test_an_unusable_mask_is_told_and_nothing_is_charged(artist, data):
    picture = input_of(artist, upload=png(128, 128))
    with pytest.raises(MaskUnusable) as told:
        start_inpaint(user=artist, settings=settings(strength=1.0), picture=picture, mask=data)
    assert told.value.way_out
    assert credits_held(artist) == 0
    assert not GenerationJob.objects.exists()


def test_masks_are_scaled_and_read_from_alpha_or_brightness():
    from_alpha = np.asarray(Image.open(io.BytesIO(clean_mask(mask(64, 64, (0, 0, 32, 64)), (128, 100)))))
    assert from_alpha.shape == (100, 128)
    assert (from_alpha[:, :64] == 255).all()
    assert (from_alpha[:, 64:] == 0).all()


def test_words_are_checked_without_their_weights(artist):
    job = start_generation(user=artist, settings=settings(prompt="a (crimson:1.4) sunset over the sea"))
    assert request_of(job).prompt == "a (crimson:1.4) sunset over the sea"
    with pytest.raises(PromptUnreadable):
        start_generation(user=artist, settings=settings(prompt="a (crimson sunset over the sea"))
    with pytest.raises(WordsNotTaught):
        start_generation(user=artist, settings=settings(prompt="a (zeppelin:1.4) over the sea"))
    assert GenerationJob.objects.count() == 1


def test_nobody_edits_or_varies_anothers_picture(output):
    stranger = UserFactory()
    with pytest.raises(OutputNotFound):
        input_of(stranger, output_id=output.id)
    with pytest.raises(OutputNotFound):
        start_variations(user=stranger, output_id=output.id, amount=0.3, count=1, seed=1)
    assert GenerationJob.objects.count() == 1
