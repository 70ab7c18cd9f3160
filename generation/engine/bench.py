"""How fast this machine makes pictures with the installed model.

    python -m generation.engine.bench [--model NAME] [--side 256] [--count 4] [--steps N] [--batch 1]

Prints one ``name: value`` line for each figure; a name ends in its unit.
"""

import argparse
import resource
import time

import torch

from generation.engine.card import CardUnreadable, read_card
from generation.engine.configuration import read_configuration
from generation.engine.contract import MOST_AT_ONCE, GenerationRequest
from generation.engine.painting import PictureOrder
from generation.engine.pipelines.loading import choose_place, load_model
from generation.engine.stopping import GaveUp

PROMPTS = {"en": "a beautiful sunset over the sea", "zh-hans": "一幅美丽的日落场景"}


def main() -> None:
    """Load, render one picture to warm up, then ``count`` pictures, and print the figures."""
    configuration = read_configuration()
    parser = argparse.ArgumentParser(prog="python -m generation.engine.bench", description=__doc__)
    parser.add_argument("--model", default=configuration.worker_model)
    parser.add_argument("--side", type=int, help="pixels; default: the model's own")
    parser.add_argument("--count", type=int, default=4)
    parser.add_argument("--steps", type=int, help="default: the model's own")
    parser.add_argument("--batch", type=int, default=1, help=f"pictures at once, at most {MOST_AT_ONCE}")
    options = parser.parse_args()
    try:
        card = read_card(configuration.models_dir / options.model)
        torch.set_num_threads(configuration.torch_threads)
        place = choose_place(configuration.worker_device, configuration.worker_dtype)
        began = time.monotonic()
        model = load_model(options.model, version=card.version, models_dir=configuration.models_dir, place=place)
    except (CardUnreadable, GaveUp) as error:
        raise SystemExit(f"bench: {error}") from error
    loaded_s = time.monotonic() - began
    side, steps = options.side or card.default_side, options.steps or card.default_steps
    request = GenerationRequest(
        prompt=PROMPTS["en"],
        width=side,
        height=side,
        seed=1,
        steps=steps,
        guidance=card.default_guidance,
        model=options.model,
        model_version=card.version,
    )
    began = time.monotonic()
    model.paint([PictureOrder(request, 0)])
    first_s = time.monotonic() - began
    orders = [PictureOrder(request.model_copy(update={"seed": index}), 0) for index in range(options.count)]
    began = time.monotonic()
    for start in range(0, len(orders), options.batch):
        model.paint(orders[start : start + options.batch])
    all_s = time.monotonic() - began
    print(f"model: {options.model} {card.version}")
    print(f"device: {place.name}")
    print(f"torch_threads: {torch.get_num_threads()}")
    print(f"side_px: {side}")
    print(f"steps: {steps}")
    print(f"load_s: {loaded_s:.2f}")
    print(f"first_picture_s: {first_s:.2f}")
    print(f"pictures: {options.count}")
    print(f"batch: {options.batch}")
    print(f"all_pictures_s: {all_s:.2f}")
    print(f"one_step_s: {all_s / (options.count * steps):.4f}")
    print(f"peak_memory_mib: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}")


if __name__ == "__main__":
    main()
