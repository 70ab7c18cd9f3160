"""The demo's ports, and the variable that changes each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from marketplace.demo.services.errors import ServiceCannotStart
from marketplace.demo.services.ports import free_ports


@dataclass(frozen=True)
class Ports:
    """One port on 127.0.0.1 for each part. Each field is read from ATELIER_<FIELD>_PORT."""

    web: int = 8000
    postgres: int = 8010
    storage: int = 8011
    jobs_storage: int = 8012
    stripe: int = 8013
    smtp: int = 8014
    outbox: int = 8015

    @staticmethod
    def variable(field: str) -> str:
        """The environment variable that sets `field`."""
        return f"ATELIER_{field.upper()}_PORT"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Ports:
        """Read the ports.

        Raises:
            ServiceCannotStart: a value is no port, or two parts share one.
        """
        values: dict[str, int] = {}
        for field in fields(cls):
            given = environ.get(cls.variable(field.name), "")
            if given and not (given.isascii() and given.isdigit() and 1 <= int(given) <= 65535):
                raise ServiceCannotStart(f"{cls.variable(field.name)}={given} is not a port (1 to 65535).")
            port = int(given) if given else int(field.default)  # type: ignore[arg-type]
            for other, taken in values.items():
                if taken == port:
                    raise ServiceCannotStart(
                        f"{cls.variable(other)} and {cls.variable(field.name)} are both {port}. "
                        "Give each a port of its own."
                    )
            values[field.name] = port
        return cls(**values)

    @classmethod
    def free(cls) -> Ports:
        """Ports that nobody uses now, for tests."""
        names = [field.name for field in fields(cls)]
        return cls(**dict(zip(names, free_ports(len(names)), strict=True)))
