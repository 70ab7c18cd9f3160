"""Which process sees which settings, and how real services take the place of embedded ones."""

from __future__ import annotations

import pytest

from marketplace.demo.children import embedded_services
from marketplace.demo.environment import environment_for, is_given, ordinary
from marketplace.demo.ports import Ports
from marketplace.demo.services.errors import ServiceCannotStart
from marketplace.demo.start import given_settings
from marketplace.demo.state import State

REAL_DATABASE = {
    "DATABASE_URL": "postgresql://shop:x@db.example.org:5432/shop",
    "WORKER_DATABASE_URL": "postgresql://worker:y@db.example.org:5432/shop",
}


def test_the_generation_worker_gets_no_secret_of_the_shop(state: State) -> None:
    environment = environment_for(state, Ports())
    secrets = state.secrets()
    seen = " ".join(environment.generation_worker.values())
    for secret in (
        secrets.postgres_owner,
        secrets.postgres_superuser,
        secrets.storage_secret_key,
        secrets.storage_access_key,
        secrets.django_secret_key,
        secrets.stripe_secret_key,
        secrets.stripe_webhook_secret,
    ):
        assert secret not in seen
    assert secrets.postgres_worker in seen
    assert secrets.jobs_secret_key in seen


def test_the_shop_does_not_get_the_workers_password(state: State) -> None:
    assert state.secrets().postgres_worker not in " ".join(environment_for(state, Ports()).shop.values())


def test_the_callers_environment_is_not_handed_on() -> None:
    kept = ordinary({"PATH": "/bin", "HOME": "/root", "AWS_SECRET_ACCESS_KEY": "x", "STRIPE_SECRET_KEY": "y"})
    assert "AWS_SECRET_ACCESS_KEY" not in kept
    assert "STRIPE_SECRET_KEY" not in kept
    assert kept["PATH"] == "/bin"


def test_a_real_database_takes_the_embedded_ones_place(state: State) -> None:
    environment = environment_for(state, Ports(), given=REAL_DATABASE)
    assert environment.shop["DATABASE_URL"] == REAL_DATABASE["DATABASE_URL"]
    assert environment.generation_worker["WORKER_DATABASE_URL"] == REAL_DATABASE["WORKER_DATABASE_URL"]
    names = [child.name for child in embedded_services(state, Ports(), environment, given=REAL_DATABASE)]
    assert names == ["storage", "jobs-storage", "outbox", "stripe"]


def test_real_mail_leaves_no_link_to_an_outbox(state: State) -> None:
    environment = environment_for(state, Ports(), given={"EMAIL_URL": "smtps://u:p@mail.example.org:465"})
    assert environment.shop["EMAIL_URL"] == "smtps://u:p@mail.example.org:465"
    assert "OUTBOX_URL" not in environment.shop


def test_half_of_a_real_services_settings_is_refused_by_name() -> None:
    with pytest.raises(ServiceCannotStart) as caught:
        is_given("postgres", {"DATABASE_URL": "postgresql://x/y"})
    assert str(caught.value) == (
        "DATABASE_URL is set, so WORKER_DATABASE_URL must be too; or unset it for the embedded postgres."
    )


def test_settings_of_the_product_are_passed_on_and_others_are_not() -> None:
    given = given_settings(
        {**REAL_DATABASE, "PAYOUT_HOLDING_DAYS": "3", "HOME": "/root", "ATELIER_PROFILE": "production"}
    )
    assert given == {**REAL_DATABASE, "PAYOUT_HOLDING_DAYS": "3"}


def test_ports_come_from_the_environment() -> None:
    assert Ports.from_environment({"ATELIER_WEB_PORT": "9000"}).web == 9000
    assert Ports.from_environment({}).web == 8000


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ATELIER_WEB_PORT": "http"}, "ATELIER_WEB_PORT=http is not a port (1 to 65535)."),
        ({"ATELIER_SMTP_PORT": "70000"}, "ATELIER_SMTP_PORT=70000 is not a port (1 to 65535)."),
        ({"ATELIER_WEB_PORT": "²"}, "ATELIER_WEB_PORT=² is not a port (1 to 65535)."),
        (
            {"ATELIER_WEB_PORT": "8010"},
            "ATELIER_WEB_PORT and ATELIER_POSTGRES_PORT are both 8010. Give each a port of its own.",
        ),
    ],
)
def test_a_wrong_port_says_which_setting_is_wrong(given: dict[str, str], said: str) -> None:
    with pytest.raises(ServiceCannotStart) as caught:
        Ports.from_environment(given)
    assert str(caught.value) == said
