"""The training of what lets a model follow lines: on the shipped shapes, from pictures to a model that is led."""

from __future__ import annotations

import argparse
import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from generation.engine.card import read_card
from generation.engine.contract import Control, ControlKind, GenerationRequest
from generation.engine.painting import PictureOrder
from generation.engine.pipelines.loading import choose_place, load_model
from generation.engine.training.model_shapes import LATENT_CHANNELS, LATENT_SIDE, NEXT_MODEL_NAME
from generation.engine.training.scenes.facts import draw_facts
from generation.engine.training.train_control import drawn_lines, install, led_loss, make_adapter, train
from generation.engine.weights_hash import weights_sha256

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

SHIPPED = Path(__file__).resolve().parents[4] / "generation" / "engine" / "models" / NEXT_MODEL_NAME


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the model in training."""
    folder = tmp_path_factory.mktemp("control") / NEXT_MODEL_NAME
    shutil.copytree(SHIPPED, folder)
    return folder


def disc(x: int) -> np.ndarray:
    """A light disc on dark, 256 px."""
    rows, columns = np.mgrid[:256, :256]
    picture = np.full((256, 256, 3), 30, np.uint8)
    picture[(columns - x) ** 2 + (rows - 128) ** 2 < 50**2] = (230, 210, 180)
    return picture


def test_lines_lie_where_the_picture_has_edges() -> None:
    rng = np.random.default_rng(1)
    drawn = np.mean([drawn_lines(disc(100), rng) for _ in range(20)], axis=0)
    assert drawn.shape == (256, 256)
    assert drawn[118:138, 45:56].max() > 0.3, "the disc's left side"
    assert drawn[:40].max() < 0.05


def test_the_loss_falls_where_lines_tell_the_picture() -> None:
    from diffusers import UNet2DConditionModel

    torch.set_num_threads(1)
    unet = UNet2DConditionModel.from_pretrained(SHIPPED / "unet", use_safetensors=True).float()
    unet.eval().requires_grad_(False)
    torch.manual_seed(0)
    adapter = make_adapter(unet)
    optimizer = torch.optim.AdamW(adapter.parameters(), lr=1e-3)
    latents = torch.randn(2, LATENT_CHANNELS, LATENT_SIDE, LATENT_SIDE)
    lines = torch.from_numpy(np.stack([drawn_lines(disc(x), np.random.default_rng(0)) for x in (80, 180)]))[:, None]
    states = torch.zeros(2, 48, 256)
    losses = []
    for _ in range(14):
        torch.manual_seed(5)
        loss = led_loss(unet, adapter, latents, states, lines)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.97 * losses[0]


def test_a_run_is_taken_up_again_and_ends_in_a_model_that_follows(model: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    np.save(data / "pictures.npy", np.stack([disc(60 + 10 * i) for i in range(4)]))
    noise = np.random.default_rng(0).normal(size=(4, LATENT_CHANNELS, LATENT_SIDE, LATENT_SIDE))
    np.save(data / "latents.npy", noise.astype(np.float16))
    lines = "".join(json.dumps(dataclasses.asdict(draw_facts(seed))) + "\n" for seed in range(4))
    (data / "facts.jsonl").write_text(lines)
    given = argparse.Namespace(
        data=data,
        autoencoder=tmp_path,
        model=model,
        out=tmp_path / "out",
        minutes=0.02,
        batch=2,
        rate=1e-4,
        threads=1,
        bf16=False,
    )
    train(given)
    first = torch.load(given.out / "control.pt", weights_only=True)["samples"]
    given.minutes = 0.04
    install(train(given), model)
    assert torch.load(given.out / "control.pt", weights_only=True)["samples"] > first > 0
    card = read_card(model)
    assert card.controls == ("lines",)
    assert card.weights_sha256 == weights_sha256(model)
    loaded = load_model(
        NEXT_MODEL_NAME, version=card.version, models_dir=model.parent, place=choose_place("cpu", "float32")
    )
    request = GenerationRequest(
        prompt="a blue sea",
        seed=1,
        steps=2,
        control=Control(kind=ControlKind.EDGES),
        control_key="c",
        control_sha256="a" * 64,
        model=NEXT_MODEL_NAME,
        model_version=card.version,
    )
    made = loaded.paint([PictureOrder(request, 0, control_picture=Image.fromarray(disc(100)))])[0]
    assert made.size == (256, 256)
