"""Remove the demo's data: `make forget-demo`, or `python -m marketplace.demo.forget --yes`."""

from __future__ import annotations

import argparse
import fcntl
import shutil
import sys

from marketplace.demo.state import State, default_root


def _agreed(question: str) -> bool:
    try:
        return input(question).lower() == "y"
    except EOFError:  # nobody is there to ask
        sys.exit("\nNothing was removed. Without a terminal say --yes.")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m marketplace.demo.forget", description=__doc__)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    options = parser.parse_args()
    state = State(default_root())
    if not state.secrets_path.exists():
        sys.exit(f"There is no demo in {state.root}.")  # also guards a mistyped ATELIER_STATE
    with open(state.run / "demo.lock", "a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"The demo runs from {state.root}. Stop it first with Ctrl-C.")
        if not options.yes and not _agreed(f"Remove {state.root} and all that was made in it? [y/N] "):
            sys.exit("Nothing was removed.")
        shutil.rmtree(state.root)
    print(f"Removed {state.root}.")


if __name__ == "__main__":
    main()
