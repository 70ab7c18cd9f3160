"""A picture made again from its recipe.

    python -m generation.engine.pipelines.again RECIPE.json PICTURE.png [--input INPUT.png] [--mask MASK.png]
        [--reference REFERENCE.png] [--control CONTROL.png] [--lora FILE.safetensors]
        [--lora FILE.safetensors ...]

RECIPE.json is the recipe that came with the picture; each LoRA file that it names by its SHA-256 is to be given. The
pixels are the same where this machine is of the kind that the recipe names; what differs is said.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

import torch
from PIL import Image

from generation.engine.configuration import WorkerConfiguration, read_configuration
from generation.engine.contract import (
    Adapter,
    FailureCode,
    GenerationRequest,
    Recipe,
    adapter_key,
    control_key,
    input_key,
    mask_key,
    reference_key,
)
from generation.engine.painting import COMPILED, Painter, PictureOrder, Shape
from generation.engine.pipelines.compiling import NoCompiler, compile_model, prepare_compiler
from generation.engine.pipelines.loading import LoadedModel, choose_place
from generation.engine.pipelines.shelf import Models
from generation.engine.stopping import GaveUp


def render_again(
    model: Painter,
    recipe: Recipe,
    *,
    input_picture: Image.Image | None = None,
    mask: Image.Image | None = None,
    reference: Image.Image | None = None,
    adapters: Iterable[bytes] = (),
    control_picture: Image.Image | None = None,
) -> Image.Image:
    """The picture of ``recipe``, in the same place of a batch of the same size. Raises GaveUp.

    Its neighbours in the batch change nothing, so the picture itself stands in all places. ``adapters`` are the LoRA
    files that the recipe names, in any order; others are not used.
    """
    files = {hashlib.sha256(data).hexdigest(): data for data in adapters}
    missing = [f"{one.name} ({one.sha256})" for one in recipe.adapters if one.sha256 not in files]
    if missing:
        raise GaveUp(FailureCode.ADAPTER_UNREADABLE, f"give the LoRA file {', '.join(missing)}")
    worn = tuple(files[one.sha256] for one in recipe.adapters)
    order = PictureOrder(request_of(recipe), 0, input_picture, mask, reference, worn, control_picture)
    return model.paint([order] * recipe.batch_size)[recipe.batch_index]


def request_of(recipe: Recipe) -> GenerationRequest:
    """The order that ``recipe`` answers; where its inputs lay is nobody's matter any more."""
    return GenerationRequest(
        kind=recipe.kind,
        prompt=recipe.prompt,
        negative_prompt=recipe.negative_prompt,
        language=recipe.language,  # type: ignore[arg-type]  # pydantic checks it
        width=recipe.width,
        height=recipe.height,
        seed=recipe.seed,
        steps=recipe.steps,
        guidance=recipe.guidance,
        strength=recipe.strength,
        input_key=input_key(UUID(int=0)) if recipe.parent_input_sha256 else None,
        input_sha256=recipe.parent_input_sha256,
        mask_key=mask_key(UUID(int=0)) if recipe.mask_sha256 else None,
        mask_sha256=recipe.mask_sha256,
        extension=recipe.extension,
        variation=recipe.variation,
        painted_side=recipe.painted_side,
        reference_key=reference_key(UUID(int=0)) if recipe.reference_sha256 else None,
        reference_sha256=recipe.reference_sha256,
        tool=recipe.tool,
        control=recipe.control,
        control_key=control_key(UUID(int=0)) if recipe.control_sha256 else None,
        control_sha256=recipe.control_sha256,
        adapters=tuple(
            Adapter(**one.model_dump(), key=adapter_key(UUID(int=0), one.sha256)) for one in recipe.adapters
        ),
        model=recipe.model,
        model_version=recipe.model_version,
    )


def differences(model: Painter, recipe: Recipe) -> Iterator[str]:
    """What of this machine is not as ``recipe`` has it, in words; empty where the pixels must come out the same."""
    machine = model.machine
    for name, then, now in (
        ("weights", recipe.weights_sha256, model.weights_sha256),
        ("scheduler", recipe.scheduler, model.scheduler),
        ("device", recipe.device, machine.device),
        ("dtype", recipe.dtype, machine.dtype),
        ("build", recipe.build, machine.build_for(request_of(recipe), recipe.batch_size)),
        ("threads", recipe.threads, machine.threads),
    ):
        if then != now:
            yield f"{name}: {then or 'not recorded'} then, {now} now"


def _compile(model: LoadedModel, recipe: Recipe, configuration: WorkerConfiguration) -> None:
    """As the picture's worker had it, if this machine can; else the difference is said with the others."""
    shape = Shape(recipe.width, recipe.height, recipe.batch_size, recipe.guidance > 1.0)
    try:
        compiler = prepare_compiler(configuration.worker_compile_cache_dir, device=model.machine.device)
    except NoCompiler as missing:
        sys.stderr.write(f"{missing}\n")
        return
    compile_model(model, compiler, [shape])


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m generation.engine.pipelines.again", description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--input", type=Path, help="the picture that it began with")
    parser.add_argument("--mask", type=Path, help="where it was painted over")
    parser.add_argument("--reference", type=Path, help="the picture whose style or colours a tool took")
    parser.add_argument("--control", type=Path, help="the picture that led the composition")
    parser.add_argument("--lora", type=Path, action="append", default=[], help="a LoRA file that the recipe names")
    options = parser.parse_args()
    configuration = read_configuration()
    recipe = Recipe.model_validate_json(options.recipe.read_text())
    torch.set_num_threads(recipe.threads or configuration.torch_threads)
    place = choose_place(configuration.worker_device, recipe.dtype or configuration.worker_dtype)
    try:
        shelf = Models(models_dir=configuration.models_dir, place=place, hub=configuration.worker_hub_models)
        model = shelf.get(recipe.model, recipe.model_version)
        if COMPILED in recipe.build and isinstance(model, LoadedModel):
            _compile(model, recipe, configuration)
        for difference in differences(model, recipe):
            sys.stderr.write(f"{difference}\n")
        given = Image.open(options.input).convert("RGB") if options.input else None
        mask = Image.open(options.mask).convert("L") if options.mask else None
        reference = Image.open(options.reference).convert("RGB") if options.reference else None
        control = Image.open(options.control).convert("RGBA") if options.control else None
        files = [path.read_bytes() for path in options.lora]
        made = render_again(
            model, recipe, input_picture=given, mask=mask, reference=reference, adapters=files, control_picture=control
        )
        made.save(options.picture, "PNG")
    except GaveUp as error:
        raise SystemExit(f"again: {error}") from error


if __name__ == "__main__":
    main()
