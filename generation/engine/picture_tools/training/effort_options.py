"""The options that every training of a picture tool takes."""

import argparse
import time

from generation.engine.picture_tools.training.loop import Effort


def add_effort_options(parser: argparse.ArgumentParser, *, rate: float, batch: int) -> None:
    """--minutes --rate --batch --threads --bf16 --seed."""
    parser.add_argument("--minutes", type=float, required=True, help="processor minutes in all, with earlier runs")
    parser.add_argument("--rate", type=float, default=rate, help="peak learning rate")
    parser.add_argument("--batch", type=int, default=batch)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--bf16", action="store_true", help="bfloat16 where the processor has it in hardware")
    # A run that goes on must not see the same examples again.
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the examples (default: the clock)")


def effort_from(given: argparse.Namespace) -> Effort:
    """What the options say."""
    return Effort(minutes=given.minutes, rate=given.rate, threads=given.threads, bf16=given.bf16)
