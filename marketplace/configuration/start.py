"""The configuration of this process, or an end with one line for each fault."""

import os
import re
import sys

from pydantic import ValidationError

from marketplace.configuration.every_setting import Configuration

# Their values may hold a password in any place, above all when they are malformed.
_UNSHOWN = re.compile(r"SECRET|PASSWORD|KEY|DATABASE_URL$|EMAIL_URL$")


def _given(name: str) -> str:
    """What stands in the environment, for the message of a fault; never where that may hold a secret."""
    value = os.environ.get(name)
    if value is None:
        return ""
    if _UNSHOWN.search(name) or "@" in value:
        return " (given: not shown here)"
    return f" (given: {value!r})"


def read_configuration() -> Configuration:
    """The configuration of this process; a wrong value ends the process with one line for each fault."""
    try:
        return Configuration()
    except ValidationError as error:
        lines = []
        for fault in error.errors():
            name = ".".join(str(part) for part in fault["loc"]).upper()
            lines.append(f"  {name + ': ' if name else ''}{fault['msg'].removeprefix('Value error, ')}{_given(name)}")
        sys.exit("Atelier cannot start, its configuration is wrong (docs/configuration.md):\n" + "\n".join(lines))
