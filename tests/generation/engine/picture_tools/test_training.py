"""The trainings: they learn, go on after an interruption, and their weights serve the tool."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from generation.engine.picture_tools.restoring.networks import ToneReader
from generation.engine.picture_tools.training.assemble_tool import assemble
from generation.engine.picture_tools.training.crops import CropSource
from generation.engine.picture_tools.training.loop import Effort, train_network
from generation.engine.picture_tools.training.restorer_examples import PARTS, RestorerExamples, part_training
from generation.engine.picture_tools.weights import CARD
from generation.engine.weights_hash import weights_sha256


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six pictures of the data program."""
    from generation.engine.training.scenes.facts import draw_facts
    from generation.engine.training.scenes.render import render

    folder = tmp_path_factory.mktemp("scenes")
    np.save(folder / "pictures.npy", np.stack([render(draw_facts(seed)) for seed in range(6)]))
    return folder


@pytest.mark.parametrize("part", PARTS)
def test_every_parts_loss_reaches_every_weight(scenes: Path, part: str) -> None:
    examples = RestorerExamples(CropSource(scenes, seed=1), seed=1, side_px=32, batch=2)
    network, make_batch, loss_of = part_training(part, examples)
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator) * 0.02)
    loss_of(network, make_batch()).backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().max() > 0, name


def test_a_training_learns_and_goes_on(scenes: Path, tmp_path: Path) -> None:
    examples = RestorerExamples(CropSource(scenes, seed=1), seed=1, side_px=32, batch=4)
    network, make_batch, loss_of = part_training("tone-varnish", examples)
    fixed = make_batch()

    def loss_on_fixed() -> float:
        with torch.no_grad():
            return float(loss_of(network.eval(), fixed))

    before = loss_on_fixed()
    checkpoint = tmp_path / "tone-varnish.pt"
    effort = Effort(minutes=60, rate=2e-2, threads=1, bf16=False, most_steps=15)
    train_network(network, checkpoint, lambda: fixed, loss_of, effort)
    halfway = loss_on_fixed()
    assert halfway < before
    # Another process goes on with the weights and the count of steps that the first one left.
    again, _, _ = part_training("tone-varnish", examples)
    train_network(again, checkpoint, lambda: fixed, loss_of, effort)
    assert torch.load(checkpoint, weights_only=True)["step"] == 30
    with torch.no_grad():
        assert float(loss_of(again.eval(), fixed)) < halfway


def test_a_training_whose_minutes_are_spent_takes_no_step(scenes: Path, tmp_path: Path) -> None:
    def never() -> tuple[Tensor, ...]:
        raise AssertionError("no batch is wanted")

    effort = Effort(minutes=0, rate=2e-2, threads=1, bf16=False)
    train_network(ToneReader(), tmp_path / "tone-fading.pt", never, RestorerExamples.tone_loss, effort)
    assert not (tmp_path / "tone-fading.pt").exists()


def test_the_tool_takes_what_was_trained(tmp_path: Path) -> None:
    checkpoints, folder = tmp_path / "checkpoints", tmp_path / "atelier-restore-1"
    checkpoints.mkdir()
    torch.save({"model": ToneReader().state_dict()}, checkpoints / "tone-fading.pt")
    assert assemble("restore", checkpoints, folder, "3") == ["tone-fading"]
    assert json.loads((folder / CARD).read_text()) == {
        "version": "3",
        "title": "Atelier Restore 3",
        "tool": "restore",
        "parts": ["tone-fading"],
        "weights_sha256": weights_sha256(folder),
    }
    with pytest.raises(SystemExit, match="no checkpoint"):
        assemble("upscale", checkpoints, folder, "3")
