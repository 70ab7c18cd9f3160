"""The distilled model: small, standing on version 2, four steps without guidance, its pictures follow the words."""

from pathlib import Path

import numpy as np
import pytest
import torch

import generation.engine.models
from generation.engine.card import read_card
from generation.engine.contract import GenerationRequest
from generation.engine.painting import PictureOrder
from generation.engine.pipelines.loading import LoadedModel, choose_place, load_model
from generation.engine.training.model_shapes import FEW_STEPS, NEXT_MODEL_NAME, make_few_step_scheduler
from generation.engine.training.train_few_steps import make_student, stops, teacher_velocity
from generation.engine.weights_hash import weights_sha256

MODELS = Path(generation.engine.models.__path__[0])
FOLDER = MODELS / f"{NEXT_MODEL_NAME}-fast"

# numpy 2 and diffusers' own reading of its schedules.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def model() -> LoadedModel:
    version = read_card(FOLDER).version
    return load_model(FOLDER.name, version=version, models_dir=MODELS, place=choose_place("cpu", "float32"))


def test_it_stands_on_version_2_and_is_small() -> None:
    card = read_card(FOLDER)
    assert (card.base, card.default_steps, card.default_guidance, card.is_offered) == (NEXT_MODEL_NAME, 4, 1.0, True)
    assert card.weights_sha256 == weights_sha256(FOLDER, MODELS / NEXT_MODEL_NAME)
    assert sum(path.stat().st_size for path in FOLDER.rglob("*.*")) < 15_000_000
    assert "Limits" in (FOLDER / "README.md").read_text()


def test_its_pictures_follow_the_words_in_four_steps(model) -> None:
    prompts = ["a crimson sunset over the sea", "翠绿的森林", "a blue harbour at night", "金色的沙漠"]
    seen = []
    for number, prompt in enumerate(prompts):
        request = GenerationRequest(
            prompt=prompt, seed=number, steps=FEW_STEPS, guidance=1.0, model=model.name, model_version=model.version
        )
        steps: list[int] = []
        (picture,) = model.paint([PictureOrder(request, 0)], on_step=lambda step, _latents, to=steps: to.append(step))
        assert steps == [1, 2, 3, 4]
        seen.append(np.asarray(picture, np.float32).reshape(-1, 3).mean(0))
    mean = np.stack(seen)
    assert [int(mean[0].argmax()), int(mean[1].argmax()), int(mean[2].argmax()), int(mean[3].argmin())] == [0, 1, 2, 2]


def test_the_stops_are_those_of_the_scheduler_it_is_sampled_with() -> None:
    scheduler = make_few_step_scheduler()
    scheduler.set_timesteps(FEW_STEPS)
    assert stops().tolist() == pytest.approx(scheduler.sigmas.tolist())
    assert stops()[0] > 0.99
    assert stops()[-1] == 0


def test_the_teacher_walks_a_straight_flow_exactly() -> None:
    """Where the velocity is the same everywhere, its mean over any way is that velocity, whatever the guidance."""

    class Straight(torch.nn.Module):
        def forward(self, x: torch.Tensor, *_others: torch.Tensor):
            return type("Answer", (), {"sample": torch.full_like(x, 0.5)})

    words = (torch.zeros(2, 48, 256), torch.zeros(2, 48, 256))
    begin, end = torch.tensor([0.999, 0.6]), torch.tensor([0.8, 0.3])
    mean = teacher_velocity(Straight(), torch.randn(2, 24, 16, 16), begin, end, words, 3.0)
    assert torch.allclose(mean, torch.full_like(mean, 0.5), atol=1e-5)


def test_the_student_begins_as_its_teacher_and_trains_low_rank_matrices_alone(model) -> None:
    from generation.engine.training.model_shapes import make_unet

    torch.manual_seed(0)
    unet = make_unet().eval()
    given = torch.randn(1, 24, 16, 16), torch.tensor([700.0]), torch.randn(1, 48, 256)
    with torch.no_grad():
        before = unet(*given).sample
        matrices = make_student(unet)
        after = unet(*given).sample
    assert torch.allclose(before, after, atol=1e-5)
    total = sum(parameter.numel() for parameter in unet.parameters())
    assert 0.1 < sum(parameter.numel() for parameter in matrices) / total < 0.5
