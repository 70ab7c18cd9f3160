"""python -m recommendations.engine.training --data FOLDER --out FOLDER; the same under torchrun."""

import argparse
import logging
import os
import sys
import threading
from pathlib import Path

from marketplace.core.errors import AtelierError
from recommendations.engine.errors import TrainingRuns
from recommendations.engine.training.data import write_refusal
from recommendations.engine.training.processes import joined
from recommendations.engine.training.program import Settings, run
from recommendations.engine.training.progress import PROGRESS

REFUSED = 3


def main(arguments: list[str] | None = None) -> int:
    """The command line; the exit status is REFUSED where it cannot train, and the reason is written down."""
    defaults = Settings()
    parser = argparse.ArgumentParser(prog="python -m recommendations.engine.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that manage.py train_recommender wrote")
    parser.add_argument("--out", type=Path, required=True, help="where the version and the checkpoint are written")
    parser.add_argument("--present", type=Path, help="the folder of the version that must not be worse")
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    parser.add_argument("--checkpoint-minutes", type=float, default=5.0)
    parser.add_argument("--tell-weights", action="store_true", help="each process tells a digest of what it learnt")
    parser.add_argument("--end-with-input", action="store_true", help="end when the standard input does")
    parser.add_argument("--checkpoint-steps", type=int, default=0, help="also after so many steps")
    for name in ("seed", "hidden", "batch", "sequence_steps", "ranker_steps", "most_items", "most_tested"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=getattr(defaults, name))
    for name in ("for_sequence", "held_out"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, default=getattr(defaults, name))
    wanted = parser.parse_args(arguments)
    if wanted.end_with_input:
        threading.Thread(target=_end_with_input, daemon=True).start()
    settings = Settings(**{name: getattr(wanted, name) for name in Settings.__slots__})
    with joined(wanted.device) as processes:
        if processes.is_first:
            logging.basicConfig(stream=sys.stdout, level=logging.WARNING, format="%(message)s")
            PROGRESS.setLevel(logging.INFO)
        try:
            run(
                wanted.data,
                wanted.out,
                settings=settings,
                processes=processes,
                checkpoint_every_s=60 * wanted.checkpoint_minutes,
                checkpoint_every_steps=wanted.checkpoint_steps,
                present=wanted.present,
                tell_weights=wanted.tell_weights,
            )
        except AtelierError as error:
            sys.stderr.write(f"{error.message} {error.way_out}".strip() + "\n")
            # By each process: torchrun ends the others as soon as the first of them ends.
            if not isinstance(error, TrainingRuns):
                write_refusal(wanted.out, error)
            return REFUSED
    return 0


def _end_with_input() -> None:
    """Whoever started this holds the other end of the pipe: it closes even where she was killed."""
    # Not by sys.stdin: its lock is asked for again when the interpreter ends.
    while os.read(0, 4096):
        continue
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
