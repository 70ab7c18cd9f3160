"""A process for the supervisor's tests: says when it starts and stops, by appending to the file DIARY."""

import os
import signal
import sys
import time
from types import FrameType


def write(word: str) -> None:
    """Add a line to the diary."""
    with open(os.environ["DIARY"], "a") as diary:
        diary.write(f"{word} {sys.argv[1]}\n")


def end(number: int, frame: FrameType | None) -> None:
    """Write that we stop, and stop."""
    write("stopped")
    sys.exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    write("started")
    while True:
        time.sleep(60)
