"""Django's own deployment check, under settings that a production installation would have."""

import os
import subprocess
import sys
from pathlib import Path

from marketplace.demo.state import CHECKOUT

PRODUCTION = {
    "ATELIER_PROFILE": "production",
    "ATELIER_SECRET_KEY": "rP2kq-0vXz7tGm4sWc9bYh1uJd6fNa3eLo8iQx5yRw_Tz7KpVj",
    "ATELIER_BASE_URL": "https://shop.example.org",
    "ATELIER_ALLOWED_HOSTS": "shop.example.org",
    "DATABASE_URL": "postgresql://shop:its-own@db.example.org:5432/shop",
    "S3_ENDPOINT_URL": "https://s3.example.org",
    "S3_SECRET_ACCESS_KEY": "a-key-of-its-own",
    "JOBS_S3_ENDPOINT_URL": "https://s3.example.org",
    "JOBS_S3_SECRET_ACCESS_KEY": "another-key-of-its-own",
    "STRIPE_SECRET_KEY": "sk_live_0123456789",
    "STRIPE_WEBHOOK_SECRET": "whsec_0123456789",
    "EMAIL_URL": "smtps://shop:its-own@mail.example.org:465",
    "SELLER_ADDRESS": "Kunstweg 5|04109 Leipzig",
}


def _manage(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_deployment_check_is_clean(tmp_path: Path) -> None:
    done = _manage({**PRODUCTION, "SIGNING_DIR": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_production_names_every_value_of_the_demo_that_it_refuses(tmp_path: Path) -> None:
    for name in (
        "ATELIER_SECRET_KEY",
        "S3_SECRET_ACCESS_KEY",
        "STRIPE_WEBHOOK_SECRET",
        "DATABASE_URL",
        "SELLER_ADDRESS",
    ):
        without = {key: value for key, value in PRODUCTION.items() if key != name}
        done = _manage({**without, "SIGNING_DIR": str(tmp_path)})
        assert done.returncode == 1
        assert f"{name}: production refuses the demo's value" in done.stderr
    done = _manage({**PRODUCTION, "SIGNING_DIR": str(tmp_path), "STRIPE_API_BASE": "http://127.0.0.1:8013"})
    assert "STRIPE_API_BASE: production refuses a Stripe on this machine" in done.stderr
