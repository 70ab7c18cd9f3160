"""Renders the training pictures into one array on disk.

    python -m generation.engine.training.render_dataset FOLDER --count 12000 --processes 2

writes FOLDER/pictures.npy, (count, 256, 256, 3) uint8, and FOLDER/facts.jsonl, one line of facts a picture.
Picture i is drawn from seed `first_seed + i`. A second run goes on where the first one ended, also with a larger count.
"""

import argparse
import json
from dataclasses import asdict
from multiprocessing import Process
from pathlib import Path

import numpy as np

from generation.engine.training.model_shapes import PICTURE_SIDE_PX
from generation.engine.training.scenes.facts import SceneFacts, draw_facts
from generation.engine.training.scenes.render import render

CHUNK = 100


def _render_chunks(folder: Path, facts: list[SceneFacts], which: int, of: int) -> None:
    pictures = np.lib.format.open_memmap(folder / "pictures.npy", mode="r+")
    count = len(facts)
    for chunk in range(which, (count + CHUNK - 1) // CHUNK, of):
        done = folder / "chunks" / str(chunk)
        if done.exists():
            continue
        for index in range(chunk * CHUNK, min((chunk + 1) * CHUNK, count)):
            pictures[index] = render(facts[index])
        pictures.flush()
        done.touch()


def _make_room(folder: Path, facts: list[SceneFacts]) -> None:
    """Writes the facts and an array for all pictures, with those of an earlier, smaller run in front."""
    target = folder / "pictures.npy"
    shape = (len(facts), PICTURE_SIDE_PX, PICTURE_SIDE_PX, 3)
    former = np.load(target, mmap_mode="r") if target.exists() else np.empty((0, *shape[1:]), np.uint8)
    if len(former) < len(facts):
        partial = folder / "pictures.partial.npy"
        pictures = np.lib.format.open_memmap(partial, mode="w+", dtype=np.uint8, shape=shape)
        pictures[: len(former)] = former
        pictures.flush()
        with (folder / "facts.jsonl").open("w") as lines:
            lines.writelines(json.dumps(asdict(one)) + "\n" for one in facts)
        partial.rename(target)


def render_dataset(folder: Path, facts: list[SceneFacts], *, processes: int) -> None:
    """Renders the pictures of `facts`; keeps what an earlier, interrupted or smaller run finished."""
    (folder / "chunks").mkdir(parents=True, exist_ok=True)
    _make_room(folder, facts)
    workers = [Process(target=_render_chunks, args=(folder, facts, i, processes)) for i in range(processes)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise SystemExit("a rendering process failed; run the same command again to go on")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=12_000)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    if given.count % CHUNK:
        parser.error(f"--count must be a multiple of {CHUNK}")
    facts = [draw_facts(given.first_seed + index) for index in range(given.count)]
    render_dataset(given.folder, facts, processes=given.processes)


if __name__ == "__main__":
    main()
