"""Compiled models: for named shapes alone, said in the recipe; without a compiler all runs as it is written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
from diffusers import UNet2DConditionModel

from generation.engine.contract import GenerationRequest
from generation.engine.painting import PictureOrder, Shape
from generation.engine.pipelines.again import differences, render_again
from generation.engine.pipelines.compiling import NoCompiler, compile_model, prepare_compiler
from generation.engine.pipelines.loading import LoadedModel, choose_place, load_model
from generation.engine.rendering_job import recipe_of
from tests.generation.tiny_model import NAME, make_tiny_model

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    # torch's own compiler imports what torch calls deprecated.
    pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning"),
]
SHAPE = Shape(128, 128, 1)


@pytest.fixture
def model(tmp_path: Path) -> LoadedModel:
    make_tiny_model(tmp_path / "models" / NAME)
    model = load_model(NAME, version="1", models_dir=tmp_path / "models", place=choose_place("cpu", "float32"))
    # Smaller still: a compiler needs seconds for each layer.
    with torch.random.fork_rng():
        torch.manual_seed(1)
        unet = UNet2DConditionModel(
            sample_size=16,
            block_out_channels=(8,),
            layers_per_block=1,
            down_block_types=("DownBlock2D",),
            mid_block_type=None,
            up_block_types=("UpBlock2D",),
            cross_attention_dim=32,
            norm_num_groups=4,
        )
    model.text_to_image.register_modules(unet=unet.eval())
    return model


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch):
    for name in ("TORCHINDUCTOR_CACHE_DIR", "TRITON_CACHE_DIR", "TORCHINDUCTOR_FX_GRAPH_CACHE"):
        monkeypatch.setenv(name, "")
    monkeypatch.delenv("CXX", raising=False)
    yield
    torch.compiler.reset()


def request(**more) -> GenerationRequest:
    given = {"prompt": "a sunset", "width": 128, "height": 128, "seed": 3, "steps": 2, "guidance": 4.0}
    return GenerationRequest(**{**given, "model": NAME, "model_version": "1", **more})


def test_without_a_compiler_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    with pytest.raises(NoCompiler, match="no-such-compiler"):
        prepare_compiler(tmp_path / "cache", device="cpu")


def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    if shutil.which("g++") is None:
        pytest.skip("no C++ compiler here")
    (tmp_path / "file").write_text("")
    with pytest.raises(NoCompiler, match="WORKER_COMPILE_CACHE_DIR"):
        prepare_compiler(tmp_path / "file" / "cache", device="cpu")


def test_what_fails_to_compile_runs_as_it_is_written(
    model: LoadedModel, monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    plain = model.paint([PictureOrder(request(), 0)])[0]

    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("the compiler is broken")

    monkeypatch.setattr("torch._inductor.compile_fx.compile_fx", breaks)
    compile_model(model, "g++ 0", [SHAPE])
    assert model.compiled == frozenset()
    assert "runs as it is written" in caplog.text
    assert model.paint([PictureOrder(request(), 0)])[0].tobytes() == plain.tobytes()
    assert recipe_of(model, request(), 0, batch_size=1, batch_index=0).build == model.machine.build


@pytest.mark.skipif(shutil.which("g++") is None, reason="no C++ compiler here")
def test_a_named_shape_runs_compiled_and_says_so_and_comes_out_the_same_again(
    model: LoadedModel, tmp_path: Path
) -> None:
    compiler = prepare_compiler(tmp_path / "cache", device="cpu")
    other = request(width=192)
    plain = model.paint([PictureOrder(other, 0)])[0]
    compile_model(model, compiler, [SHAPE])
    assert model.compiled == {SHAPE}
    assert any((tmp_path / "cache" / "inductor").rglob("*.so")), "nothing was kept for the next start"
    picture = model.paint([PictureOrder(request(), 0)])[0]
    recipe = recipe_of(model, request(), 0, batch_size=1, batch_index=0)
    assert recipe.build == f"{model.machine.build}, compiled by {compiler}"
    assert render_again(model, recipe).tobytes() == picture.tobytes()
    assert list(differences(model, recipe)) == []
    # Another size, another number of pictures, another guidance: as the model is written.
    assert model.paint([PictureOrder(other, 0)])[0].tobytes() == plain.tobytes()
    for asked, pictures in ((other, 1), (request(), 2), (request(guidance=1.0), 1)):
        assert recipe_of(model, asked, 0, batch_size=pictures, batch_index=0).build == model.machine.build
