"""``python -m marketplace.demo.localstripe``."""

from __future__ import annotations

import sys

from .options import parse
from .serving import serve

if __name__ == "__main__":
    sys.exit(serve(parse()))
