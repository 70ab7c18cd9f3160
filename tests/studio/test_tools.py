"""Picture tools are ordered like pictures: checked, priced, reserved, queued, settled; nobody's but the owner's."""

import io
import threading
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import numpy as np
import pytest
from django.db import connection
from PIL import Image

from billing.selectors import credits_available, credits_held
from generation.engine import contract
from generation.engine.contract import Kind, ToolSettings
from generation.engine.picture_tools.restoring.kinds import DamageKind
from generation.engine.picture_tools.restoring.record import RestorationRecord, Step
from generation.errors import OutputNotFound, ReportUnusable, SettingsUnusable
from generation.models import GenerationJob, GenerationModel
from generation.services import record_failed, record_finished
from marketplace.blobs import jobs_store
from marketplace.studio.choosing import usable_models
from marketplace.studio.editing import Input, input_of
from marketplace.studio.errors import InputPictureUnusable, MaskUnusable, NoModelForThis, ReferenceMissing
from marketplace.studio.models import ModelTerms
from marketplace.studio.restorations import overlay_png, restoration_of
from marketplace.studio.tools import KEPT_SIDE, quote_tool, size_kept, start_tool
from tests.factories.accounts import UserFactory
from tests.factories.billing import PlanFactory
from tests.studio.delivering import png, put_picture, put_record
from tests.studio.test_editing import mask

pytestmark = pytest.mark.usefixtures("tools")

PICTURE = Input(png(200, 150), 200, 150)
REFERENCE = Input(png(90, 90, "maroon"), 90, 90)
SCRATCHES = ToolSettings(damage=(DamageKind.SCRATCHES,))


def request_of(job: GenerationJob) -> contract.GenerationRequest:
    return contract.GenerationRequest.model_validate_json(jobs_store().get(contract.request_key(job.id)))


@pytest.mark.parametrize(
    ("kind", "tool", "more", "size", "price"),
    [
        (Kind.UPSCALE, ToolSettings(factor=2), {}, (400, 300), 1),
        (Kind.UPSCALE, ToolSettings(factor=4), {}, (800, 600), 1),
        (Kind.RESTORE, SCRATCHES, {"mask": mask(200, 150, (0, 0, 9, 150))}, (200, 150), 1),
        (Kind.RESTORE, SCRATCHES, {}, (200, 150), 1),
        (Kind.COLOURIZE, ToolSettings(), {}, (200, 150), 1),
        (Kind.COLOURIZE, ToolSettings(), {"reference": REFERENCE}, (200, 150), 1),
        (Kind.STYLE_TRANSFER, ToolSettings(amount=0.5), {"reference": REFERENCE}, (200, 150), 1),
        (Kind.PALETTE_TRANSFER, ToolSettings(amount=1.0), {"reference": REFERENCE}, (200, 150), 1),
        (Kind.BACKGROUND_REMOVAL, ToolSettings(), {}, (200, 150), 1),
        (Kind.BACKGROUND_REMOVAL, ToolSettings(), {"mask": mask(200, 150, (20, 20, 90, 150))}, (200, 150), 1),
    ],
)
def test_each_tool_is_ordered_reserved_and_written_down(artist, tools, kind, tool, more, size, price):
    job = start_tool(user=artist, kind=kind, tool=tool, picture=PICTURE, **more)
    assert (job.kind, job.model, job.prompt, job.count) == (kind.value, tools[kind.value], "", 1)
    assert ((job.width, job.height), credits_held(artist)) == (size, price)
    request = request_of(job)
    assert (request.kind, request.tool) == (kind, tool)
    assert jobs_store().get(request.input_key) == PICTURE.png
    assert (request.reference_key is not None, request.mask_key is not None) == ("reference" in more, "mask" in more)
    assert job.heading
    record = None
    if kind is Kind.RESTORE:
        nothing = np.zeros((150, 200), bool)
        record = put_record(job, 0, RestorationRecord(nothing, nothing, (Step("repair", "nothing found"),)))
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0, record=record)])
    assert (credits_held(artist), credits_available(artist)) == (0, 60 - price)


def test_the_price_goes_by_the_results_pixels_and_the_administrators_terms(artist, tools):
    def price_of(width: int, factor: int = 2) -> int:
        asked = {"user": artist, "kind": Kind.UPSCALE, "tool": ToolSettings(factor=factor)}
        return quote_tool(**asked, width=width, height=width).quote.credits

    assert (price_of(256), price_of(1024), price_of(1024, 4)) == (1, 7, 26)
    ModelTerms.objects.create(model=tools["upscale"], credits_per_picture=Decimal("0.5"))
    assert price_of(1024) == 32


def test_a_tool_is_no_image_model(artist, tools, taught_model):
    assert usable_models(artist) == [taught_model]


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"tool": ToolSettings(factor=4), "picture": Input(png(1100, 64), 1100, 64)}, InputPictureUnusable),
        ({"kind": Kind.STYLE_TRANSFER, "tool": ToolSettings(amount=0.5)}, ReferenceMissing),
        ({"kind": Kind.RESTORE, "tool": SCRATCHES, "mask": mask(200, 150, None)}, MaskUnusable),
        ({"kind": Kind.RESTORE, "tool": SCRATCHES, "mask": b"no picture"}, MaskUnusable),
        ({"kind": Kind.RESTORE, "tool": ToolSettings()}, SettingsUnusable),
        ({"kind": Kind.UPSCALE, "reference": REFERENCE}, SettingsUnusable),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_is_charged(artist, more, error):
    asked = {"kind": Kind.UPSCALE, "tool": ToolSettings(factor=2), "picture": PICTURE, **more}
    with pytest.raises(error) as told:
        start_tool(user=artist, **asked)
    assert told.value.way_out
    assert (credits_held(artist), GenerationJob.objects.count()) == (0, 0)


def test_a_tool_that_is_not_offered_or_belongs_to_a_plan_is_refused(artist, tools):
    ModelTerms.objects.create(model=tools["colourize"]).plans.add(PlanFactory())
    for kind in (Kind.COLOURIZE, Kind.BACKGROUND_REMOVAL):
        GenerationModel.objects.filter(tool="background_removal").update(is_active=False)
        with pytest.raises(NoModelForThis):
            start_tool(user=artist, kind=kind, tool=ToolSettings(), picture=PICTURE)
    assert credits_held(artist) == 0


def test_a_scan_keeps_its_pixels_up_to_2048(artist):
    sent = png(2048, 1024)
    assert input_of(artist, upload=sent, kept_side=KEPT_SIDE).width == 2048
    for width, height in ((5000, 2500), (2500, 5001), (300, 200)):
        kept = input_of(artist, upload=png(width, height), kept_side=KEPT_SIDE)
        expected = size_kept(width, height)
        assert abs(kept.width - expected[0]) <= 1
        assert abs(kept.height - expected[1]) <= 1


def test_a_cut_out_that_found_nothing_says_so_and_the_credit_comes_back(artist):
    from generation.explanations import explain_failure

    job = start_tool(user=artist, kind=Kind.BACKGROUND_REMOVAL, tool=ToolSettings(), picture=PICTURE)
    record_failed(job_id=job.id, attempt=1, code="nothing_stands_out")
    job.refresh_from_db()
    assert job.state == GenerationJob.State.FAILED
    assert "Paint roughly" in explain_failure(job).way_out
    assert (credits_held(artist), credits_available(artist)) == (0, 60)


def restored(artist, *, record: RestorationRecord):
    job = start_tool(user=artist, kind=Kind.RESTORE, tool=SCRATCHES, picture=PICTURE)
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0, record=put_record(job, 0, record))])
    return job.outputs.get()


def some_record(width: int = 200, height: int = 150) -> RestorationRecord:
    invented, recovered = np.zeros((height, width), bool), np.zeros((height, width), bool)
    invented[: height // 10], recovered[-height // 5 :] = True, True
    return RestorationRecord(invented, recovered, (Step("repair", "opencv-telea, mask painted"),))


def test_a_restorations_record_is_its_owners_to_look_at(artist):
    output = restored(artist, record=some_record())
    shown = restoration_of(artist, output.id)
    shares = (shown.invented_percent, shown.recovered_percent, shown.survived_percent)
    assert [round(share) for share in shares] == [10, 20, 70]
    overlay = np.asarray(Image.open(io.BytesIO(overlay_png(shown))))
    assert overlay.shape == (150, 200, 3)
    assert overlay[2, 50, 0] > overlay[2, 50, 2] > overlay[2, 50, 1], "invented pixels are red"
    assert len(set(overlay[70, 50])) == 1, "surviving pixels are grey"
    with pytest.raises(OutputNotFound):
        restoration_of(UserFactory(), output.id)


def test_a_report_without_record_or_with_a_wrong_one_is_refused(artist):
    job = start_tool(user=artist, kind=Kind.RESTORE, tool=SCRATCHES, picture=PICTURE)
    good = put_record(job, 0, some_record())
    lies = {
        "none": None,
        "another size": put_record(job, 0, some_record(100, 75)),
        "another job's": good.model_copy(update={"storage_key": f"jobs/{uuid4()}/records/0-{good.sha256}.png"}),
        "another content": good.model_copy(update={"size_bytes": 3}),
        "not there": good.model_copy(
            update={"sha256": "f" * 64, "storage_key": contract.record_key(job.id, 0, "f" * 64)}
        ),
    }
    for name, record in lies.items():
        with pytest.raises(ReportUnusable):
            record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0, record=record)])
        assert job.outputs.count() == 0, name
    text = start_tool(user=artist, kind=Kind.COLOURIZE, tool=ToolSettings(), picture=PICTURE)
    with pytest.raises(ReportUnusable):
        record_finished(
            job_id=text.id, attempt=1, keys=[put_picture(text, 0, record=put_record(text, 0, some_record()))]
        )
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0, record=good)])


def test_a_report_of_another_tool_setting_is_refused(artist):
    job = start_tool(
        user=artist, kind=Kind.PALETTE_TRANSFER, tool=ToolSettings(amount=0.5), picture=PICTURE, reference=REFERENCE
    )
    for lie in ({"tool": {"amount": 1.0}}, {"reference_sha256": "a" * 64}):
        with pytest.raises(ReportUnusable):
            record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0, recipe=lie)])
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0)])


@pytest.mark.usefixtures("queue")
def test_one_form_sent_twice_at_once_makes_one_job(transactional_db, artist, tools):
    submission, made = uuid4(), []

    def order() -> None:
        try:
            made.append(
                start_tool(
                    user=artist,
                    kind=Kind.UPSCALE,
                    tool=ToolSettings(factor=2),
                    picture=replace(PICTURE),
                    submission=submission,
                ).id
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=order) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len(set(made)) == 1
    assert credits_held(artist) == 1
