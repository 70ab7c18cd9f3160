"""Run a command that ends with whoever started it, even when that is killed by `kill -9`.

    python -m marketplace.demo.services.tethered [--signal TERM] -- COMMAND…

For programs that are not ours (gunicorn, the workers); our own services tether themselves.
"""

import argparse
import os
import signal
import sys

from marketplace.demo.services.processes import die_with_parent


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m marketplace.demo.services.tethered", description=__doc__)
    parser.add_argument("--signal", default="TERM", help="what the command gets when its parent dies")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    die_with_parent(signal.Signals[f"SIG{options.signal}"])
    try:
        os.execvp(options.command[0], options.command)  # noqa: S606
    except OSError as error:
        sys.exit(f"{options.command[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
