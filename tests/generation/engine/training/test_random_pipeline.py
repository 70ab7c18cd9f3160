"""The random model has the trained model's layout: it loads offline, draws, redraws and exports."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionImg2ImgPipeline, StableDiffusionPipeline
from PIL import Image

from generation.engine.card import read_card
from generation.engine.training.export_onnx import export_space
from generation.engine.training.sampling import open_pipeline, paint
from generation.engine.training.scenes.concepts import vocabulary_document
from generation.engine.vocabulary import load_vocabulary
from generation.engine.weights_hash import weights_sha256
from recommendations.engine.encoders import Encoder

# numpy 2 and diffusers' own reading of its schedules.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def test_it_loads_as_the_stock_pipeline_and_draws_the_same_from_the_same_seed(random_model: Path) -> None:
    pipeline = open_pipeline(random_model)
    assert isinstance(pipeline, StableDiffusionPipeline)
    assert pipeline.unet.dtype == torch.float32
    made = paint(pipeline, ["a beautiful sunset over the sea", "一幅美丽的日落场景"], [1, 2], steps=2)
    assert made.shape == (2, 256, 256, 3)
    assert np.array_equal(
        made, paint(pipeline, ["a beautiful sunset over the sea", "一幅美丽的日落场景"], [1, 2], steps=2)
    )
    assert not np.array_equal(made[0], made[1])


def test_image_to_image_takes_the_same_parts(random_model: Path) -> None:
    redraw = StableDiffusionImg2ImgPipeline(**open_pipeline(random_model).components)
    redraw.set_progress_bar_config(disable=True)
    given = Image.new("RGB", (256, 256), (200, 80, 40))
    made = redraw("红色的海", image=given, strength=0.5, num_inference_steps=4).images[0]
    assert made.size == (256, 256)


def test_the_export_equals_torch_and_the_web_process_reads_it(random_model: Path, tmp_path: Path) -> None:
    out = tmp_path / "picture_space"
    assert export_space(random_model, out) < 1e-4
    assert sorted(path.name for path in out.iterdir()) == ["picture.onnx", "space.json", "text.onnx", "tokenizer.json"]
    assert json.loads((out / "space.json").read_text())["version"].startswith(f"{random_model.name}-")
    encoder = Encoder(out)
    texts = encoder.encode_texts(["sunset over the sea", "海上日落", ""])
    pictures = encoder.encode_pictures([Image.new("RGB", (300, 200), (10, 90, 200))])
    assert texts.shape == (3, encoder.facts.dimensions)
    assert pictures.shape == (1, encoder.facts.dimensions)
    assert np.allclose(np.linalg.norm(texts, axis=1), 1, atol=1e-4)


def test_the_folder_says_what_it_holds(random_model: Path) -> None:
    card = read_card(random_model)
    assert card.weights_sha256 == weights_sha256(random_model)
    assert card.default_side == 256
    assert json.loads((random_model / "vocabulary.json").read_text()) == json.loads(json.dumps(vocabulary_document()))
    assert load_vocabulary(random_model).of_kind("scene")
    assert not list(random_model.rglob("*.bin"))
