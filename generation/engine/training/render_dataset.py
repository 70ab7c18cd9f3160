"""Renders the training pictures into one array on disk.

    python -m generation.engine.training.render_dataset FOLDER --count 12000 --processes 2

writes FOLDER/pictures.npy, (count, 256, 256, 3) uint8, and FOLDER/facts.jsonl, one line of facts a picture.
Picture i is drawn from seed `first_seed + i`; with --layouts K, K layouts of each scene are drawn in all
nine palettes. A second run goes on where the first one ended.
"""

import argparse
import json
from dataclasses import asdict
from multiprocessing import Process
from pathlib import Path

import numpy as np

from generation.engine.training.scenes.canvas import SIDE_PX
from generation.engine.training.scenes.facts import SceneFacts, draw_facts
from generation.engine.training.scenes.layouts import layout_facts
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


def render_dataset(folder: Path, facts: list[SceneFacts], *, processes: int) -> None:
    """Renders the pictures of `facts`; keeps what an earlier, interrupted run finished."""
    (folder / "chunks").mkdir(parents=True, exist_ok=True)
    target = folder / "pictures.npy"
    if not target.exists():
        shape = (len(facts), SIDE_PX, SIDE_PX, 3)
        np.lib.format.open_memmap(target, mode="w+", dtype=np.uint8, shape=shape).flush()
        with (folder / "facts.jsonl").open("w") as lines:
            lines.writelines(json.dumps(asdict(one)) + "\n" for one in facts)
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
    parser.add_argument("--layouts", type=int, default=0, help="this many layouts a scene, in all palettes, instead")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    if given.layouts:
        facts = layout_facts(given.layouts)
    else:
        facts = [draw_facts(given.first_seed + index) for index in range(given.count)]
    render_dataset(given.folder, facts, processes=given.processes)


if __name__ == "__main__":
    main()
