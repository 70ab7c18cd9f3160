"""Run a command that ends with whoever started it, even when that is killed by `kill -9`.

    python -m marketplace.demo.services.tethered [--signal TERM] [--environment FILE] -- COMMAND…

FILE is a JSON object: the command's whole environment, so that it sees its own settings and no others.
"""

import argparse
import json
import os
import signal
import sys
from pathlib import Path

from marketplace.demo.services.processes import die_with_parent


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m marketplace.demo.services.tethered", description=__doc__)
    parser.add_argument("--signal", default="TERM", help="what the command gets when its parent dies")
    parser.add_argument("--environment", type=Path, help="a JSON file with the command's whole environment")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    environment = json.loads(options.environment.read_text()) if options.environment else dict(os.environ)
    die_with_parent(signal.Signals[f"SIG{options.signal}"])
    try:
        os.execvpe(options.command[0], options.command, environment)  # noqa: S606 - it takes our place
    except OSError as error:
        sys.exit(f"{options.command[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
