"""Pictures that follow a sketch: ordered, priced, recorded, made again; refused where no model follows."""

import pytest

from billing.selectors import credits_available, credits_held
from generation.engine import contract
from generation.engine.contract import Control, ControlKind
from generation.errors import ReportUnusable
from generation.models import GenerationJob
from generation.services import record_finished
from marketplace.blobs import jobs_store
from marketplace.studio.again import start_again
from marketplace.studio.editing import Input, start_variations
from marketplace.studio.errors import CannotBeVaried, InputPictureMissing, NoModelForThis, WordsNotTaught
from marketplace.studio.leading import kinds_followed, model_that_follows, quote_led, size_like, start_led
from marketplace.studio.settings_of_pictures import PictureSettings
from tests.factories.accounts import UserFactory
from tests.studio.delivering import png, put_picture

SKETCH = Input(png(300, 200, "white"), 300, 200)
CONTROL = Control(kind=ControlKind.SKETCH, scale=0.7)


@pytest.fixture
def following(taught_model):
    """The studio's model, which follows lines."""
    taught_model.controls = ["lines"]
    taught_model.save()
    return taught_model


def settings(**more) -> PictureSettings:
    return PictureSettings(
        **{"prompt": "a sunset over the sea", "width": 128, "height": 128, "count": 2, "seed": 5, "steps": 20, **more}
    )


def order(artist, model, **more) -> GenerationJob:
    given = {"settings": settings(), "control": CONTROL, "picture": SKETCH, **more}
    return start_led(user=artist, model=model, **given)


def test_an_order_carries_what_leads_it_and_takes_its_shape(artist, following):
    assert kinds_followed(artist) == [ControlKind.SKETCH, ControlKind.EDGES]
    assert model_that_follows(artist, ControlKind.EDGES) == following
    job = order(artist, following)
    assert (job.kind, job.control, job.width, job.height) == (
        "text_to_image",
        {"kind": "sketch", "scale": 0.7},
        192,
        128,
    )
    request = contract.GenerationRequest.model_validate_json(jobs_store().get(contract.request_key(job.id)))
    assert (request.control, jobs_store().get(request.control_key)) == (CONTROL, SKETCH.png)
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, index) for index in range(2)])
    assert credits_held(artist) == 0
    assert credits_available(artist) == 58


def test_a_report_of_another_leader_is_refused(artist, following):
    job = order(artist, following, settings=settings(count=1))
    for lie in ({"control": {"kind": "edges", "scale": 0.7}}, {"control_sha256": "b" * 64}, {"control": None}):
        with pytest.raises(ReportUnusable):
            record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0, recipe=lie)])


def test_another_like_this_is_led_by_the_same(artist, following):
    job = order(artist, following, settings=settings(count=1))
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0)])
    output = job.outputs.get()
    again = start_again(user=artist, output_id=output.id)
    assert (again.control, again.control_sha256) == (job.control, job.control_sha256)
    assert jobs_store().get(contract.control_key(again.id)) == SKETCH.png
    for one in (job, again):
        jobs_store().delete(contract.control_key(one.id))
    held = credits_held(artist)
    with pytest.raises(InputPictureMissing):
        start_again(user=artist, output_id=output.id)
    following.controls = []
    following.save()
    with pytest.raises(NoModelForThis):
        start_again(user=artist, output_id=output.id)
    assert credits_held(artist) == held


def test_where_no_model_follows_it_is_told(artist, taught_model):
    assert kinds_followed(artist) == []
    with pytest.raises(NoModelForThis) as told:
        model_that_follows(artist, ControlKind.SKETCH)
    assert told.value.way_out


def test_depth_is_another_thing_than_lines(artist, following):
    with pytest.raises(NoModelForThis):
        model_that_follows(artist, ControlKind.DEPTH)


def test_unknown_words_are_told_and_nothing_is_charged(artist, following):
    with pytest.raises(WordsNotTaught):
        order(artist, following, settings=settings(prompt="a zeppelin"))
    assert (credits_held(artist), GenerationJob.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("width", "height", "size"), [(500, 500, (128, 128)), (300, 200, (192, 128)), (200, 300, (128, 192))]
)
def test_the_size_is_the_offered_one_of_its_shape(following, width, height, size):
    assert size_like(Input(b"", width, height), following) == size


def test_a_new_person_follows_too(following):
    assert kinds_followed(UserFactory()) == [ControlKind.SKETCH, ControlKind.EDGES]


def test_only_words_and_size_make_the_price(artist, following):
    """A caller's form may have set a painted side, as those of edits do."""
    plain = order(artist, following, settings=settings(steps=80, count=1))
    odd = order(artist, following, settings=settings(steps=80, count=1, painted_side=128, strength=0.5))
    offered = quote_led(user=artist, kind=ControlKind.SKETCH, count=1, width=300, height=200)
    assert plain.charge.credits_held == odd.charge.credits_held == 2
    assert (offered.width, offered.height, offered.quote.credits) == (192, 128, 1)


def test_a_led_picture_has_no_variations(artist, following):
    job = order(artist, following, settings=settings(count=1))
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0)])
    with pytest.raises(CannotBeVaried):
        start_variations(user=artist, output_id=job.outputs.get().id, amount=0.3, count=1, seed=4)
