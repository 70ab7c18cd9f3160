"""A picture tool as the worker runs it: from an order to a picture with its notes, progress, and errors."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generation.engine.contract import TOOL_STEPS, FailureCode, GenerationRequest, Kind, Recipe, as_json
from generation.engine.painting import PictureOrder, notes_of
from generation.engine.picture_tools.loading import load_tool
from generation.engine.picture_tools.restoring.record import RestorationRecord
from generation.engine.picture_tools.weights import SHIPPED
from generation.engine.pipelines.loading import choose_place
from generation.engine.pipelines.shelf import Models
from generation.engine.rendering_job import recipe_of
from generation.engine.stopping import GaveUp, NobodyWaits

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

NAMES = {
    Kind.UPSCALE: "atelier-upscale-1",
    Kind.RESTORE: "atelier-restore-1",
    Kind.COLOURIZE: "atelier-colour-1",
    Kind.STYLE_TRANSFER: "atelier-style-1",
    Kind.PALETTE_TRANSFER: "atelier-palette-1",
    Kind.BACKGROUND_REMOVAL: "atelier-cutout-1",
}


@pytest.fixture
def models(tmp_path: Path) -> Models:
    """A worker's shelf over a folder with a tool of each kind, none with weights."""
    for kind, name in NAMES.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "atelier.json").write_text(json.dumps({"version": "1.0", "tool": kind.value}))
    return Models(models_dir=tmp_path, place=choose_place("cpu", "float32"), hub=False)


def picture() -> Image.Image:
    """A red disc on grey, with a little grain; 96 × 80 px."""
    y, x = np.mgrid[:80, :96]
    pixels = np.full((80, 96, 3), (120, 125, 130), np.float32)
    pixels[(x - 48) ** 2 + (y - 40) ** 2 < 22**2] = (200, 40, 30)
    return Image.fromarray(
        np.clip(pixels + np.random.default_rng(1).normal(0, 3, pixels.shape), 0, 255).astype("uint8")
    )


def other() -> Image.Image:
    """Blue stripes."""
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[..., 2] = np.where(np.arange(64) // 6 % 2, 220, 90)
    pixels[..., 1] = 60
    return Image.fromarray(pixels)


def order(
    kind: Kind, tool: dict[str, object], *, factor: int = 1, mask=None, reference=None, start=None
) -> PictureOrder:
    """Picture 0 of a request for ``kind``."""
    start = start if start is not None else picture()
    request = GenerationRequest(
        kind=kind,
        width=factor * start.width,
        height=factor * start.height,
        seed=0,
        steps=TOOL_STEPS,
        guidance=1.0,
        input_key="input",
        input_sha256="a" * 64,
        mask_key="mask" if mask is not None else None,
        mask_sha256="b" * 64 if mask is not None else None,
        reference_key="reference" if reference is not None else None,
        reference_sha256="c" * 64 if reference is not None else None,
        tool=tool,
        model=NAMES[kind],
        model_version="1.0",
    )
    return PictureOrder(request, 0, start, mask, reference)


@pytest.mark.parametrize(
    ("kind", "tool", "more", "method"),
    [
        (Kind.UPSCALE, {"factor": 2}, {"factor": 2}, "lanczos"),
        (Kind.UPSCALE, {"factor": 4}, {"factor": 4}, "lanczos"),
        (Kind.COLOURIZE, {}, {"reference": other()}, "reference"),
        (Kind.STYLE_TRANSFER, {"amount": 0.8}, {"reference": other()}, "nearest patches"),
        (Kind.PALETTE_TRANSFER, {"amount": 1.0}, {"reference": other()}, "sliced optimal transport"),
        (Kind.BACKGROUND_REMOVAL, {}, {}, "opencv-grabcut"),
    ],
)
def test_each_tool_makes_the_size_ordered_tells_its_method_and_how_far_it_is(models, kind, tool, more, method):
    one = order(kind, tool, **more)
    steps: list[int] = []
    model = models.get(NAMES[kind], "1.0")
    made = model.paint([one], on_step=lambda step, latents: steps.append(step))[0]
    assert made.size == (one.request.width, one.request.height)
    assert made.mode == ("RGBA" if kind is Kind.BACKGROUND_REMOVAL else "RGB")
    assert notes_of(made).method == method
    assert steps == sorted(steps)
    assert all(1 <= step <= TOOL_STEPS for step in steps)
    recipe = recipe_of(model, one.request, 0, batch_size=1, batch_index=0, method=method)
    assert (recipe.method, recipe.tool, recipe.reference_sha256) == (
        method,
        one.request.tool,
        one.request.reference_sha256,
    )
    assert recipe.as_ordered == recipe_of(model, one.request, 0, batch_size=1, batch_index=0).as_ordered
    assert "opencv" in recipe.build
    again = model.paint([one])[0]
    assert np.array_equal(np.asarray(made), np.asarray(again)), "a tool knows no chance"


def test_palette_and_cut_out_do_what_their_names_say(models):
    blue = models.get("atelier-palette-1", "1.0").paint(
        [order(Kind.PALETTE_TRANSFER, {"amount": 1.0}, reference=other())]
    )[0]
    before, after = (np.asarray(p, np.float32).mean((0, 1)) for p in (picture(), blue))
    assert after[2] - after[0] > 40 > before[2] - before[0]
    opacity = np.asarray(models.get("atelier-cutout-1", "1.0").paint([order(Kind.BACKGROUND_REMOVAL, {})])[0])[..., 3]
    assert opacity[40, 48] > 240
    assert opacity[3, 3] < 15


def test_a_restoration_carries_its_record_and_changes_nothing_beside_the_mask(models):
    damaged = picture()
    damaged.paste((255, 255, 255), (20, 10, 24, 70))
    mask = Image.new("L", damaged.size)
    mask.paste(255, (19, 9, 25, 71))
    made = models.get("atelier-restore-1", "1.0").paint(
        [order(Kind.RESTORE, {"damage": ["scratches"]}, mask=mask, start=damaged)]
    )[0]
    notes = notes_of(made)
    record = RestorationRecord.from_png(notes.record_png)
    assert "painted" in notes.method
    inside = np.asarray(mask) > 0
    assert not record.invented[~inside].any()
    assert record.invented[30, 22]
    assert np.array_equal(np.asarray(made)[~inside], np.asarray(damaged)[~inside])
    assert np.abs(np.asarray(made)[30, 22].astype(int) - 255).min() > 60, "the scratch is filled"


def test_a_flat_picture_has_no_subject_and_that_is_said(models):
    flat = Image.new("RGB", (96, 80), (90, 90, 90))
    with pytest.raises(GaveUp) as told:
        models.get("atelier-cutout-1", "1.0").paint([order(Kind.BACKGROUND_REMOVAL, {}, start=flat)])
    assert told.value.code is FailureCode.NOTHING_STANDS_OUT


def test_a_tool_stops_when_nobody_waits(models):
    def stop(step: int, latents: object) -> None:
        raise NobodyWaits

    with pytest.raises(NobodyWaits):
        models.get("atelier-style-1", "1.0").paint(
            [order(Kind.STYLE_TRANSFER, {"amount": 1.0}, reference=other())], on_step=stop
        )


def test_colours_without_network_and_reference_and_wrong_cards_are_told(models, tmp_path):
    with pytest.raises(GaveUp) as told:
        models.get("atelier-colour-1", "1.0").paint([order(Kind.COLOURIZE, {})])
    assert told.value.code is FailureCode.MODEL_UNSUITABLE
    with pytest.raises(GaveUp) as told:
        models.get("atelier-style-1", "1.0").paint([order(Kind.UPSCALE, {"factor": 2}, factor=2)])
    assert told.value.code is FailureCode.MODEL_UNSUITABLE
    (tmp_path / "atelier-style-1" / "atelier.json").write_text('{"version": "1.0", "tool": "text_to_image"}')
    with pytest.raises(GaveUp, match="no picture tool"):
        load_tool("atelier-style-1", tmp_path / "atelier-style-1")


@pytest.mark.parametrize(
    ("kind", "wrong", "words"),
    [
        (Kind.UPSCALE, {"tool": {}}, "needs factor"),
        (Kind.UPSCALE, {"tool": {"factor": 3}}, "factor"),
        (Kind.UPSCALE, {"tool": {"factor": 2, "amount": 0.5}}, "takes no amount"),
        (Kind.RESTORE, {"tool": {"damage": ["scratches", "scratches"]}}, "twice"),
        (Kind.RESTORE, {"tool": {"damage": ["rust"]}}, "damage"),
        (Kind.STYLE_TRANSFER, {"tool": {"amount": 1.0}}, "needs reference_key"),
        (Kind.UPSCALE, {"tool": {"factor": 2}, "prompt": "a sea"}, "takes no words"),
        (Kind.UPSCALE, {"tool": {"factor": 2}, "count": 2}, "one picture"),
        (Kind.UPSCALE, {"tool": {"factor": 2}, "mask_key": "m", "mask_sha256": "a" * 64}, "takes no mask_key"),
        (Kind.RESTORE, {"tool": {"damage": ["noise"]}, "mask_key": "m"}, "a key and a hash"),
        (Kind.COLOURIZE, {}, "needs tool"),
        (Kind.TEXT_TO_IMAGE, {}, "prompt is empty"),
    ],
)
def test_requests_that_no_tool_could_do_are_refused(kind, wrong, words):
    begins = {} if kind is Kind.TEXT_TO_IMAGE else {"input_key": "i", "input_sha256": "a" * 64, "steps": TOOL_STEPS}
    with pytest.raises(ValueError, match=words):
        GenerationRequest(**{"kind": kind, "seed": 0, "model": "m", "model_version": "1", **begins, **wrong})


def test_recipes_from_before_the_tools_are_read():
    old = json.loads((Path(__file__).parent / "old_recipe.json").read_text())
    recipe = Recipe.model_validate(old)
    assert (recipe.tool, recipe.reference_sha256, recipe.method) == (None, None, "")


@pytest.mark.parametrize("folder", sorted(SHIPPED.glob("*/atelier.json")), ids=lambda path: path.parent.name)
def test_the_shipped_tools_are_what_their_cards_say(folder):
    card = json.loads(folder.read_text())
    if "tool" not in card:
        return
    tool = load_tool(folder.parent.name, folder.parent)
    assert (tool.version, tool.weights_sha256) == (card["version"], card["weights_sha256"])


def test_exchanged_weights_are_read_again(tmp_path):
    from generation.engine.picture_tools.upscaling import PART, UpscaleNetwork
    from generation.engine.picture_tools.weights import once, save_part

    for number in range(2):
        network = UpscaleNetwork()
        network.head.bias.data.fill_(float(number))
        save_part(network, tmp_path, PART)
        read = once(UpscaleNetwork, tmp_path, PART)
        assert read.head.bias[0] == number
        assert once(UpscaleNetwork, tmp_path, PART) is read


def test_messages_leave_out_what_is_at_its_default():
    """So a worker of the former release, which refuses fields that it does not know, reads every plain order."""
    request = GenerationRequest(prompt="a sea", seed=3, model="m", model_version="1")
    told = json.loads(as_json(request))
    assert told == {"contract": 1, "prompt": "a sea", "seed": 3, "model": "m", "model_version": "1"}
    assert GenerationRequest.model_validate(told) == request
