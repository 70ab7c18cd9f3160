"""LoRA files on real models: they change the picture by their weight, and leave no bit behind."""

import hashlib
import json
import warnings
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
import safetensors.torch
import torch
from PIL import Image

import generation.engine.models
from generation.engine import contract
from generation.engine.card import read_card
from generation.engine.contract import Adapter, Extension, FailureCode, GenerationRequest, Kind
from generation.engine.painting import PictureOrder
from generation.engine.pipelines import loading
from generation.engine.pipelines.adapters import AdapterStuck
from generation.engine.pipelines.again import render_again
from generation.engine.pipelines.loading import LoadedModel, choose_place, load_model
from generation.engine.pipelines.shelf import Models
from generation.engine.rendering_job import recipe_of
from generation.engine.stopping import GaveUp, NobodyWaits
from generation.engine.training.model_shapes import MODEL_NAME
from tests.generation.lora_files import lora_arrays, lora_for, safetensors_file

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

SHIPPED = Path(generation.engine.models.__path__[0])
INPUT: dict[str, Any] = {"input_key": contract.input_key(UUID(int=0)), "input_sha256": "a" * 64}


@pytest.fixture(scope="module")
def tiny(tiny_models_dir) -> LoadedModel:
    return load_model("tiny-image", version="1", models_dir=tiny_models_dir, place=choose_place("cpu", "float32"))


@pytest.fixture(scope="module")
def clip(tiny) -> LoadedModel:
    """The tiny model with a text encoder of CLIP, the kind that diffusers puts LoRA files on."""
    from diffusers import StableDiffusionPipeline
    from transformers import CLIPTextConfig, CLIPTextModel

    torch.manual_seed(3)
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    tokens = {"vocab_size": 40, "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 0}
    encoder = CLIPTextModel(CLIPTextConfig(**sizes, **tokens, max_position_embeddings=32)).eval()
    pipeline = StableDiffusionPipeline(
        **{**tiny.text_to_image.components, "text_encoder": encoder, "requires_safety_checker": False}
    )
    pipeline.set_progress_bar_config(disable=True)
    return LoadedModel("clip", "1", "c" * 64, tiny.place, pipeline, tiny.folder)


def trained(model: LoadedModel, folder: Path, *, seed: int, alpha: int = 4, words: tuple[str, ...] = ()) -> bytes:
    """A LoRA file as diffusers writes it after a training: PEFT's layers on the UNet (``words``: also the encoder)."""
    import copy

    from diffusers import StableDiffusionPipeline
    from diffusers.training_utils import _collate_lora_metadata
    from peft import LoraConfig, get_peft_model_state_dict

    torch.manual_seed(seed)
    unet = copy.deepcopy(model.text_to_image.unet)
    settings = {"r": 4, "lora_alpha": alpha, "init_lora_weights": False}
    unet.add_adapter(LoraConfig(**settings, target_modules=["to_q", "to_k", "to_v", "to_out.0", "conv1"]))
    parts, layers = {"unet": unet}, {"unet_lora_layers": get_peft_model_state_dict(unet)}
    if words:
        encoder = copy.deepcopy(model.text_to_image.text_encoder)
        encoder.add_adapter(LoraConfig(**settings, target_modules=list(words)))
        parts["text_encoder"] = encoder
        layers["text_encoder_lora_layers"] = get_peft_model_state_dict(encoder)
    StableDiffusionPipeline.save_lora_weights(folder, **layers, **_collate_lora_metadata(parts))
    return (folder / "pytorch_lora_weights.safetensors").read_bytes()


def adapter(data: bytes, weight: float = 1.0, name: str = "Mine") -> Adapter:
    sha256 = hashlib.sha256(data).hexdigest()
    return Adapter(name=name, sha256=sha256, weight=weight, key=contract.adapter_key(UUID(int=1), sha256))


def order(
    model: LoadedModel, *worn: tuple[bytes, float], index: int = 0, given: Any = None, **more: Any
) -> PictureOrder:
    settings = {"prompt": "a sunset over the sea", "width": 128, "height": 128, "seed": 4, "steps": 3, "guidance": 3.0}
    request = GenerationRequest(
        **{**settings, "model": model.name, "model_version": model.version, **more},
        adapters=tuple(adapter(data, weight) for data, weight in worn),
    )
    return PictureOrder(request, index, given, adapters=tuple(data for data, _ in worn))


def pixels(model: LoadedModel, *worn: tuple[bytes, float], **more: Any) -> np.ndarray:
    return np.asarray(model.paint([order(model, *worn, **more)])[0]).astype(int)


def distance(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one - other).mean())


def test_the_picture_after_is_the_picture_before_to_the_last_bit_and_two_artists_do_not_meet(tiny, tmp_path):
    mine, hers = trained(tiny, tmp_path / "mine", seed=1), trained(tiny, tmp_path / "hers", seed=2)
    plain = pixels(tiny)
    first, second = pixels(tiny, (mine, 1.0)), pixels(tiny, (hers, 1.0))
    assert (pixels(tiny) == plain).all()
    for worn, expected in ((mine, first), (hers, second), (mine, first)):
        assert (pixels(tiny, (worn, 1.0)) == expected).all()
        assert (pixels(tiny) == plain).all()
    assert len({picture.tobytes() for picture in (plain, first, second)}) == 3


def test_the_same_with_the_shipped_model_and_in_a_batch():
    version = read_card(SHIPPED / MODEL_NAME).version
    model = load_model(MODEL_NAME, version=version, models_dir=SHIPPED, place=choose_place("cpu", "float32"))
    data = lora_for(SHIPPED / MODEL_NAME, scale=0.1)
    plain = pixels(model)
    near, far = pixels(model, (data, 0.05)), pixels(model, (data, 1.0))
    assert (pixels(model) == plain).all()
    assert 0 < distance(near, plain) < distance(far, plain)
    both = model.paint([order(model, (data, 1.0), index=index, count=2) for index in (0, 1)])
    again = model.paint([order(model, (data, 1.0), index=index, count=2) for index in (0, 1)])
    assert [a.tobytes() for a in both] == [b.tobytes() for b in again]
    assert (pixels(model) == plain).all()


def test_weights_and_several_files_add_up(tiny, tmp_path):
    mine, hers = trained(tiny, tmp_path / "mine", seed=1), trained(tiny, tmp_path / "hers", seed=2)
    plain = pixels(tiny)
    moved = [distance(pixels(tiny, (mine, weight)), plain) for weight in (0.05, 1.0, 2.0)]
    assert moved[0] < moved[1] < moved[2]
    one, both = pixels(tiny, (mine, 1.0)), pixels(tiny, (mine, 1.0), (hers, 1.0))
    assert distance(one, both) > 0
    assert (pixels(tiny) == plain).all()


def test_the_scale_that_a_file_tells_is_used(tiny, tmp_path):
    as_trained = trained(tiny, tmp_path / "a", seed=1, alpha=4)
    doubled = trained(tiny, tmp_path / "b", seed=1, alpha=8)
    assert (pixels(tiny, (doubled, 1.0)) == pixels(tiny, (as_trained, 2.0))).all()


def test_every_kind_of_picture_takes_them(tiny, tmp_path):
    data = trained(tiny, tmp_path, seed=1)
    given = Image.effect_noise((128, 128), 60).convert("RGB")
    kinds: list[dict[str, Any]] = [
        {"kind": Kind.IMAGE_TO_IMAGE, "strength": 0.9, **INPUT},
        {"kind": Kind.VARIATIONS, "variation": contract.Variation(base_seed=9, amount=0.5)},
        {"kind": Kind.OUTPAINT, "width": 192, "extension": Extension(left=64), "painted_side": 128, **INPUT},
    ]
    for kind in kinds:
        plain = pixels(tiny, given=given, **kind)
        assert distance(pixels(tiny, (data, 2.0), given=given, **kind), plain) > 0, kind
        assert (pixels(tiny, given=given, **kind) == plain).all(), kind


def test_a_recipe_gives_the_picture_again_with_its_files_only(tiny, tmp_path):
    mine, hers = trained(tiny, tmp_path / "mine", seed=1), trained(tiny, tmp_path / "hers", seed=2)
    ordered = order(tiny, (mine, 1.5), (hers, 0.5))
    made = tiny.paint([ordered])[0]
    recipe = recipe_of(tiny, ordered.request, 0, batch_size=1, batch_index=0)
    recipe = contract.Recipe.model_validate_json(recipe.model_dump_json())
    assert [(used.name, used.weight) for used in recipe.adapters] == [("Mine", 1.5), ("Mine", 0.5)]
    assert render_again(tiny, recipe, adapters=[hers, mine]).tobytes() == made.tobytes()
    with pytest.raises(GaveUp, match=hashlib.sha256(hers).hexdigest()) as told:
        render_again(tiny, recipe, adapters=[mine])
    assert told.value.code is FailureCode.ADAPTER_UNREADABLE


def renamed(data: bytes, change: Any) -> bytes:
    return safetensors.torch.save({change(name): tensor for name, tensor in safetensors.torch.load(data).items()})


def test_kohyas_and_pefts_layouts_are_the_same_change(tiny, tmp_path):
    data = trained(tiny, tmp_path, seed=1)
    expected = pixels(tiny, (data, 1.0))
    assert (
        pixels(tiny, (renamed(data, lambda name: name.replace("unet.", "base_model.model.", 1)), 1.0)) == expected
    ).all()
    assert (pixels(tiny, (renamed(data, lambda name: name.removeprefix("unet.")), 1.0)) == expected).all()
    kohya = {}
    for name, tensor in safetensors.torch.load(data).items():
        stem, side = name.removeprefix("unet.").rsplit(".lora_", 1)
        if "resnets" in stem:
            continue
        stem = "lora_unet_" + stem.replace(".", "_")
        kohya[f"{stem}.lora_{'down' if side.startswith('A') else 'up'}.weight"] = tensor
        kohya[f"{stem}.alpha"] = torch.tensor(8.0)
    attention_only = {k: v for k, v in safetensors.torch.load(data).items() if "resnets" not in k}
    doubled = pixels(tiny, (safetensors.torch.save(attention_only), 2.0))
    assert distance(pixels(tiny, (safetensors.torch.save(kohya), 1.0)), doubled) < 0.1


def test_how_words_are_read_changes_where_diffusers_can_and_is_refused_where_not(tiny, clip, tmp_path):
    plain = pixels(clip)
    data = trained(clip, tmp_path / "clip", seed=1, words=("q_proj", "v_proj"))
    only_words = {k: v for k, v in safetensors.torch.load(data).items() if k.startswith("text_encoder")}
    assert distance(pixels(clip, (safetensors.torch.save(only_words), 2.0)), plain) > 0
    assert (pixels(clip) == plain).all()
    before = pixels(tiny)
    for words in (("query", "value"),):
        with pytest.raises(GaveUp) as told:
            pixels(tiny, (trained(tiny, tmp_path / "tiny", seed=1, words=words), 1.0))
        assert told.value.code is FailureCode.ADAPTER_UNSUITABLE
    assert (pixels(tiny) == before).all()


def test_a_file_for_another_model_is_refused_and_leaves_the_model_as_it_was(tiny, tmp_path):
    plain, good = pixels(tiny), trained(tiny, tmp_path, seed=1)
    whole = safetensors.torch.load(good)
    name = next(name for name in whole if name.endswith("attn2.to_k.lora_A.weight"))
    wrong = {
        "for the shipped model": lora_for(SHIPPED / MODEL_NAME),
        "one wider matrix": safetensors.torch.save(whole | {name: torch.randn(4, 768)}),
        "one part too many": safetensors.torch.save(
            whole | {"unet.nowhere.lora_A.weight": torch.ones(1, 2), "unet.nowhere.lora_B.weight": torch.ones(2, 1)}
        ),
        "a transformer's": safetensors_file(lora_arrays({"transformer.blocks.0.to_q": (8, 8)})),
        "kohya's for another": safetensors_file(
            lora_arrays({"lora_unet_input_blocks_1_1_proj_in": (8, 8)}, sides=("lora_down", "lora_up"))
        ),
    }
    for what, data in wrong.items():
        for worn in ([(data, 1.0)], [(good, 1.0), (data, 1.0)]):
            with pytest.raises(GaveUp) as told:
                pixels(tiny, *worn)
            assert told.value.code is FailureCode.ADAPTER_UNSUITABLE, what
            assert (pixels(tiny) == plain).all(), what
    with pytest.raises(GaveUp) as told:
        pixels(tiny, (good[:-10], 1.0))
    assert told.value.code is FailureCode.ADAPTER_UNREADABLE


def test_a_cancelled_batch_leaves_the_model_as_it_was(tiny, tmp_path):
    plain, data = pixels(tiny), trained(tiny, tmp_path, seed=1)

    def stop(step: int, latents: Any) -> None:
        raise NobodyWaits

    with pytest.raises(NobodyWaits):
        tiny.paint([order(tiny, (data, 1.0))], on_step=stop)
    assert (pixels(tiny) == plain).all()


def test_an_order_without_its_files_is_given_up(tiny, tmp_path):
    ordered = order(tiny, (trained(tiny, tmp_path, seed=1), 1.0))
    with pytest.raises(GaveUp) as told:
        tiny.paint([PictureOrder(ordered.request, 0)])
    assert told.value.code is FailureCode.REQUEST_UNREADABLE


def test_what_a_files_writer_says_of_python_is_never_heard(tiny, tmp_path, monkeypatch):
    import importlib

    data = trained(tiny, tmp_path, seed=1)
    evil = {"unet.r": 4, "unet.lora_alpha": 4, "unet.megatron_config": {"a": 1}, "unet.megatron_core": "antigravity"}
    told = safetensors.torch.save(
        safetensors.torch.load(data), {"format": "pt", "lora_adapter_metadata": json.dumps(evil)}
    )
    imported: list[str] = []
    real = importlib.import_module
    monkeypatch.setattr(
        importlib, "import_module", lambda name, package=None: imported.append(name) or real(name, package)
    )
    assert (pixels(tiny, (told, 1.0)) == pixels(tiny, (data, 1.0))).all()
    assert "antigravity" not in imported


def test_a_model_that_keeps_a_file_paints_for_nobody_else(tiny_models_dir, tmp_path, monkeypatch):
    shelf = Models(models_dir=tiny_models_dir, place=choose_place("cpu", "float32"), hub=False)
    model = shelf.get("tiny-image", "1")
    plain, data = pixels(model), trained(model, tmp_path, seed=1)
    with monkeypatch.context() as broken, warnings.catch_warnings():
        broken.setattr(type(model.text_to_image), "unload_lora_weights", lambda self: None)
        with pytest.raises(AdapterStuck):
            pixels(model, (data, 1.0))
    assert model.is_spoiled
    anew = shelf.get("tiny-image", "1")
    assert anew is not model
    assert not anew.is_spoiled
    assert (pixels(anew) == plain).all()
    assert [one.name for one in shelf.in_memory()] == ["tiny-image"]
    assert loading.installed_version("tiny-image", models_dir=tiny_models_dir) == "1"
