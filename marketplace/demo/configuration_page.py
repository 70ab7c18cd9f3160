"""Write docs/configuration.md from the settings class, so that the page cannot tell anything else.

python -m marketplace.demo.configuration_page [--check]
"""

from __future__ import annotations

import argparse
import sys
import typing
from dataclasses import fields
from pathlib import Path
from typing import Any

from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from pydantic.fields import FieldInfo

from generation.engine.configuration import WorkerConfiguration
from marketplace.configuration import MINIMUMS_FORM, RATES_FORM, ROOT, Configuration
from marketplace.demo.environment import REAL_SERVICE_SETTINGS
from marketplace.demo.ports import Ports

PAGE = ROOT / "docs" / "configuration.md"
_HEAD = """# Configuration

Every setting comes from the environment. `make docs` writes this page from `marketplace/configuration/` and
`marketplace/demo/ports.py`; a test keeps it in step. A wrong value stops the start with one line for each fault:

    Atelier cannot start, its configuration is wrong (docs/configuration.md):
      {SETTING}: {what is wrong} (given: '{value}')

The column "A wrong value" is what that line says. A value that may hold a secret is not shown.

## The shop: web server and ordinary worker

| Setting | Default | What it does | A wrong value |
| --- | --- | --- | --- |
"""
_PRODUCTION = """
## Production

`ATELIER_PROFILE=production` also refuses, each with a line that names the setting: the demo's values of
`ATELIER_SECRET_KEY`, `DATABASE_URL`, `S3_SECRET_ACCESS_KEY`, `JOBS_S3_SECRET_ACCESS_KEY`, `STRIPE_SECRET_KEY`,
`STRIPE_WEBHOOK_SECRET` and `SELLER_ADDRESS`; an `ATELIER_BASE_URL` without https; a `STRIPE_API_BASE` on this machine;
a Stripe test key; a `SIGNING_DIR` with the demo's certificates; an `OUTBOX_URL`.

## The generation worker

`python -m generation.engine.worker` holds no web code and reads only these; its lines begin with "The generation
worker cannot start, its configuration is wrong:".

| Setting | Default | What it does | A wrong value |
| --- | --- | --- | --- |
"""


# What the classes' own validators say.
_DATABASES = (Configuration.model_fields["database_url"], WorkerConfiguration.model_fields["worker_database_url"])
_WEB_ADDRESSES = tuple(Configuration.model_fields[name] for name in ("atelier_base_url", "stripe_api_base"))


def page() -> str:
    """The whole page as Markdown."""
    rows = [_row(name.upper(), field) for name, field in Configuration.model_fields.items()]
    worker_rows = [_row(name.upper(), field) for name, field in WorkerConfiguration.model_fields.items()]
    return _HEAD + "".join(rows) + _PRODUCTION + "".join(worker_rows) + "\n" + _demo()


def _row(name: str, field: FieldInfo) -> str:
    description = (field.description or "").replace("|", "\\|")
    return f"| `{name}` | {_default(field)} | {description} | {_rule(field)} |\n"


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "see there"
    value = field.default
    if isinstance(value, Path):
        value = value.relative_to(ROOT) if value.is_relative_to(ROOT) else value
    return "empty" if value == "" else f"`{value}`"


def _rule(field: FieldInfo) -> str:
    """What pydantic's message for a wrong value says, in its words."""
    told: list[str] = []
    if typing.get_origin(field.annotation) is typing.Literal:
        words = [f"'{word}'" for word in typing.get_args(field.annotation)]
        told.append(f"Input should be {', '.join(words[:-1])} or {words[-1]}")
    elif field.annotation is int:
        told.append("Input should be a valid integer, unable to parse string as an integer")
    elif field.annotation is bool:
        told.append("Input should be a valid boolean, unable to interpret input")
    for rule in field.metadata:
        told += _constraint(rule)
    if field in _DATABASES:
        told.append("must read postgresql://user:password@host:port/name")
    if field is Configuration.model_fields["email_url"]:
        told.append("must read smtp://, smtp+tls:// or smtps://user:password@host:port")
    if field is Configuration.model_fields["checkout_return_origins"]:
        told.append("must be origins such as https://app.example.org, separated by commas")
    if field is Configuration.model_fields["payout_minimum_minor"]:
        told.append(MINIMUMS_FORM)
    if field is Configuration.model_fields["dac7_eur_rates"]:
        told.append(RATES_FORM)
    if field in _WEB_ADDRESSES:
        told.append("must begin with http:// or https:// and name a host")
    return "; ".join(told).replace("|", "\\|") if told else "any text is taken"


def _constraint(rule: Any) -> list[str]:
    if isinstance(rule, Ge):
        return [f"Input should be greater than or equal to {rule.ge}"]
    if isinstance(rule, Gt):
        return [f"Input should be greater than {rule.gt}"]
    if isinstance(rule, Le):
        return [f"Input should be less than or equal to {rule.le}"]
    if isinstance(rule, MinLen):
        return [f"String should have at least {rule.min_length} character{'s' if rule.min_length != 1 else ''}"]
    if isinstance(rule, MaxLen):
        return [f"String should have at most {rule.max_length} characters"]
    if pattern := getattr(rule, "pattern", None):
        return [f"String should match pattern '{pattern}'"]
    return []


def _demo() -> str:
    real = "\n".join(
        f"| the embedded {service} | {', '.join(f'`{name}`' for name in names)} |"
        for service, names in REAL_SERVICE_SETTINGS.items()
    )
    ports = "\n".join(f"| `{Ports.variable(field.name)}` | `{field.default}` |" for field in fields(Ports))
    return (
        "## The demo\n\n"
        "`make demo` starts its own services and sets everything above itself. A real service takes the place of an\n"
        "embedded one when all of its settings are given; some without the others are refused by name.\n\n"
        "| Instead of | Give |\n| --- | --- |\n"
        f"{real}\n\n"
        "`ATELIER_STATE` is the folder of the demo's data (docs/running.md). A port that is taken is refused with the\n"
        "program that has it:\n\n"
        f"| Setting | Default |\n| --- | --- |\n{ports}\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m marketplace.demo.configuration_page", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether the page is in step")
    options = parser.parse_args()
    if options.check:
        if not PAGE.exists() or PAGE.read_text() != page():
            sys.exit(f"{PAGE} is not in step with the settings. Run: make docs")
        return
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page())
    print(f"Wrote {PAGE}.")


if __name__ == "__main__":
    main()
