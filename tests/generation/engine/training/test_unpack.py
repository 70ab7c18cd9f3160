"""A model folder taken apart is put together again with the same weights."""

from pathlib import Path

import pytest
import torch
from diffusers import AutoencoderTiny, UNet2DConditionModel
from transformers import BertModel

import generation.engine.models
from generation.engine.training.assemble import assemble
from generation.engine.training.model_shapes import NEXT_MODEL_NAME
from generation.engine.training.time_budget import save_atomically
from generation.engine.training.unpack import unpack

_MODEL = Path(generation.engine.models.__path__[0]) / NEXT_MODEL_NAME

# numpy 2 and diffusers' own reading of its schedules.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def test_taken_apart_and_put_together_it_is_the_same_model(tmp_path: Path) -> None:
    space, autoencoder, unet, again = (tmp_path / name for name in ("space", "autoencoder", "unet", "again"))
    unpack(_MODEL, space, autoencoder, unet)
    start = torch.load(unet / "start.pt", weights_only=True)
    save_atomically({"average": start}, unet / "unet.pt")

    assemble(space, autoencoder, unet, again, version="9", title="The same")

    for kind, name in ((BertModel, "text_encoder"), (UNet2DConditionModel, "unet"), (AutoencoderTiny, "vae")):
        before = kind.from_pretrained(_MODEL / name).state_dict()
        after = kind.from_pretrained(again / name).state_dict()
        assert before.keys() == after.keys()
        assert all(torch.equal(value, after[key]) for key, value in before.items())
