"""Models compiled by torch.compile for some shapes, with what was compiled kept on disk between starts.

Compiling takes minutes for the first time and seconds afterwards, so only the shapes that are named at the start are
compiled and everything else runs as it is written: no job waits for a compiler, and no step lasts long enough that it
could not be cancelled. Compiled code rounds otherwise, so the recipe's build names it and the compiler
(``Machine.build_for``).
"""

import logging
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from generation.engine.contract import GenerationRequest
from generation.engine.painting import PictureOrder, Shape
from generation.engine.stopping import GaveUp

if TYPE_CHECKING:
    from generation.engine.pipelines.loading import LoadedModel

logger = logging.getLogger(__name__)

_STEPS = 2
_COMPILERS = ("g++", "clang++", "c++")
# Beyond this number of shapes dynamo would run the rest uncompiled without a word.
MOST_SHAPES = 16


class NoCompiler(Exception):
    """Nothing here can compile; the message says what is missing."""


def prepare_compiler(cache: Path, *, device: str) -> str:
    """Keep what is compiled under ``cache``, for this process and those after it; the compiler's name and version.

    Must come before the first compilation. Raises NoCompiler.
    """
    compiler = _triton() if device == "cuda" else _cpp_compiler()
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NoCompiler(f"{cache} cannot hold what is compiled ({error}); set WORKER_COMPILE_CACHE_DIR") from error
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(cache / "inductor")
    os.environ["TRITON_CACHE_DIR"] = str(cache / "triton")
    os.environ["TORCHINDUCTOR_FX_GRAPH_CACHE"] = "1"
    os.environ["TORCHINDUCTOR_AUTOGRAD_CACHE"] = "1"
    return compiler


def compile_model(model: "LoadedModel", compiler: str, shapes: Sequence[Shape]) -> None:
    """Compile what ``model`` runs at each step and its decoder for ``shapes``, by making a picture of each. Where that
    fails the model runs as it is written, and the log says why. Raises GaveUp where it makes no pictures at all.
    """
    import torch._dynamo

    torch._dynamo.config.recompile_limit = max(torch._dynamo.config.recompile_limit, 2 * MOST_SHAPES)
    parts = list(_parts(model.text_to_image))
    if not parts:
        logger.warning("%s has no parts that can be compiled", model.name)
        return
    for part in parts:
        part.compile(dynamic=False)
    began = time.monotonic()
    compiled: list[Shape] = []
    try:
        for shape in shapes[:MOST_SHAPES]:
            model.compiled, model.compiler = frozenset([*compiled, shape]), compiler
            _run(model, shape)
            compiled.append(shape)
    except GaveUp:
        logger.info("%s is not compiled for %s: it does not fit", model.name, shape)
    except Exception:
        # Whatever goes wrong inside a compiler: the model itself is as it was.
        logger.exception("%s runs as it is written; compiling it failed", model.name)
        compiled.clear()
    model.compiled = frozenset(compiled)
    if not compiled:
        for part in parts:
            part._compiled_call_impl = None
        return
    took_s = time.monotonic() - began
    logger.info("%s %s is compiled for %d shapes after %.1f s", model.name, model.version, len(compiled), took_s)


@contextmanager
def compiled_only(is_compiled: bool) -> Iterator[None]:
    """Inside, compiled code runs where ``is_compiled``, and the model as it is written where not."""
    if is_compiled:
        yield
    else:
        with torch.compiler.set_stance("force_eager"):
            yield


def _parts(pipeline: Any) -> Iterator[torch.nn.Module]:
    for name in ("unet", "transformer"):
        part = getattr(pipeline, name, None)
        if isinstance(part, torch.nn.Module):
            yield part
    decoder = getattr(getattr(pipeline, "vae", None), "decoder", None)
    if isinstance(decoder, torch.nn.Module):
        yield decoder


def _run(model: "LoadedModel", shape: Shape) -> None:
    request = GenerationRequest(
        prompt="a picture",
        width=shape.width,
        height=shape.height,
        seed=0,
        steps=_STEPS,
        guidance=2.0 if shape.is_guided else 1.0,
        model=model.name,
        model_version=model.version,
    )
    model.paint([PictureOrder(request, 0)] * shape.pictures)


def _cpp_compiler() -> str:
    named = os.environ.get("CXX")
    for name in (named,) if named else _COMPILERS:
        found = shutil.which(name)
        if found is None:
            continue
        try:
            said = subprocess.run(
                [found, "-dumpfullversion", "-dumpversion"], capture_output=True, text=True, check=True
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        return f"{Path(found).name} {said.stdout.strip()}"
    raise NoCompiler(f"there is no C++ compiler ({named or ', '.join(_COMPILERS)}); install one, such as g++")


def _triton() -> str:
    try:
        return f"triton {version('triton')}"
    except PackageNotFoundError as missing:
        raise NoCompiler("the package triton is not installed, which compiles for a GPU") from missing
