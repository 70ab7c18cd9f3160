"""docs/configuration.md tells the truth: it is made from the classes, and its words are those that a start says."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from marketplace.configuration import Configuration
from marketplace.demo.configuration_page import PAGE, page
from marketplace.demo.state import CHECKOUT


def test_the_page_is_in_step_with_the_settings() -> None:
    assert PAGE.read_text() == page(), "run: make docs"


def test_every_setting_is_described() -> None:
    for name, field in Configuration.model_fields.items():
        assert field.description, name
        assert f"| `{name.upper()}` |" in page()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("ATELIER_PROFILE", "staging"),
        ("ATELIER_SECRET_KEY", "short"),
        ("ATELIER_BASE_URL", "127.0.0.1:8000"),
        ("DATABASE_URL", "mysql://a/b"),
        ("DATABASE_POOL_SIZE", "many"),
        ("DATABASE_POOL_SIZE", "0"),
        ("STRIPE_SECRET_KEY", "secret"),
        ("EMAIL_URL", "mail.example.org"),
        ("EMAIL_URL", "smtp://user:word@mail.example.org:port"),
        ("CHECKOUT_RETURN_ORIGINS", "https://app.example.org/path"),
        ("PLATFORM_FEE_BASIS_POINTS", "10001"),
        ("PAYOUT_MINIMUM_MINOR", "USD=5.00"),
        ("PAYOUT_MINIMUM_MINOR", "GBP=500"),
        ("DAC7_EUR_RATES", "USD"),
        ("DAC7_EUR_RATES", "USD=0"),
        ("RESERVE_BASIS_POINTS", "-1"),
        ("S3_SECRET_ACCESS_KEY", "x"),
    ],
)
def test_a_wrong_value_stops_the_start_with_the_words_of_the_page(setting: str, value: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import marketplace.settings"],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], setting: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    said = re.search(rf"^  {setting}: (.*?)( \(given: .*\))?$", done.stderr, re.MULTILINE)
    assert said, done.stderr
    row = next(line for line in page().splitlines() if line.startswith(f"| `{setting}` |"))
    assert said.group(1).rstrip(".") in row.replace("\\|", "|")
    if "SECRET" in setting:
        assert value not in done.stderr.replace(setting, "")


PASSWORD = "hunter2-of-production"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("DATABASE_URL", f"mysql://shop:{PASSWORD}@db/shop"),
        ("DATABASE_URL", f"postgresql:/shop:{PASSWORD}@db/shop"),
        ("DATABASE_URL", f"postgresql://shop:{PASSWORD}/rest@db/shop"),
        ("DATABASE_URL", f"postgresql://shop:[{PASSWORD}@db/shop"),
        ("DATABASE_URL", f"postgresql://shop:{PASSWORD}\u2100@db/shop"),
        ("DATABASE_URL", PASSWORD),
        ("EMAIL_URL", f"mail://shop:{PASSWORD}@mail.example.org"),
        ("EMAIL_URL", f"smtp://shop:{PASSWORD}/rest@mail.example.org"),
        ("EMAIL_URL", f"smtps://shop:[{PASSWORD}@mail.example.org"),
        ("STRIPE_API_BASE", f"ftp://shop:{PASSWORD}@stripe.example.org"),
        ("STRIPE_SECRET_KEY", PASSWORD),
        ("WORKER_DATABASE_URL", f"mysql://worker:{PASSWORD}@db/shop"),
        ("WORKER_DATABASE_URL", f"postgresql://worker:{PASSWORD}/rest@db/shop"),
        ("WORKER_DATABASE_URL", f"postgresql://worker:[{PASSWORD}@db/shop"),
    ],
)
def test_no_password_stands_in_what_a_failed_start_says(setting: str, value: str) -> None:
    program = "import marketplace.settings"
    if setting.startswith("WORKER_"):
        program = "from generation.engine.configuration import read_configuration; read_configuration()"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], setting: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"  {setting}: " in done.stderr
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stdout + done.stderr
