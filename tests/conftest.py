"""Fixtures that any test may use: real stores, a real outbox, a real (local) Stripe, all on loopback."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.utils import translation

from marketplace.core.blobs import BlobStore
from tests.factories.audiences import Memberships
from tests.flush import allow_flush_of_append_only_tables
from tests.outbox_reader import OutboxReader
from tests.running_shop import RunningShop
from tests.service_process import ServiceProcess

allow_flush_of_append_only_tables()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """A test that read Chinese pages leaves its thread's language behind; the next one begins in English."""
    with translation.override("en"):
        yield


@dataclass(frozen=True)
class BlobStores:
    """The three buckets, on a real S3 server."""

    private: BlobStore
    public: BlobStore
    jobs: BlobStore


@pytest.fixture(scope="session")
def blob_stores() -> BlobStores:
    """The shop's private and public bucket and the jobs' bucket, as the shop's own code opens them."""
    from marketplace.blobs import jobs_store, private_store, public_store

    return BlobStores(private=private_store(), public=public_store(), jobs=jobs_store())


@pytest.fixture
def memberships() -> Iterator[Memberships]:
    """Who is a member of whom; nobody until a test says so."""
    from marketplace.catalog.audiences import register_membership

    known = Memberships()
    forget = register_membership(known.levels_of)
    yield known
    forget()


@pytest.fixture(scope="session")
def worker_database_url(django_db_setup: None) -> str:
    """The test database as the generation worker signs in to it, with its own limited role."""
    import os

    parts = urlsplit(os.environ["WORKER_DATABASE_URL"])
    return parts._replace(path=f"/{django_settings.DATABASES['default']['NAME']}").geturl()


@pytest.fixture(scope="session")
def outbox_service() -> Iterator[ServiceProcess]:
    """The outbox as a process of this test process's own."""
    from marketplace.demo.services import readiness

    smtp_port = urlsplit(django_settings.CONFIGURATION.email_url).port
    page = urlsplit(django_settings.CONFIGURATION.outbox_url)
    with tempfile.TemporaryDirectory(prefix="outbox-") as folder:
        service = ServiceProcess(
            [
                *("marketplace.demo.services.outbox", "--data", folder),
                *("--smtp-port", str(smtp_port), "--http-port", str(page.port)),
            ],
            ready=readiness.http("the outbox", f"{page.geturl()}/messages.json"),
        )
        service.start()
        yield service
        service.stop()


@pytest.fixture
def outbox(outbox_service: ServiceProcess, settings: object) -> OutboxReader:
    """An empty outbox, and Django sending to it by SMTP (pytest-django otherwise keeps mail in memory)."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    reader = OutboxReader(django_settings.CONFIGURATION.outbox_url)
    reader.clear()
    return reader


@pytest.fixture(scope="session")
def local_stripe_service(live_server: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """The local Stripe as a process, sending its webhooks to the live test server."""
    from marketplace.demo.children import STRIPE_WEBHOOK_PATH
    from marketplace.demo.services import readiness

    folder: Path = tmp_path_factory.mktemp("stripe")
    configuration = django_settings.CONFIGURATION
    address = urlsplit(configuration.stripe_api_base)
    service = ServiceProcess(
        [
            *("marketplace.demo.localstripe", "--port", str(address.port), "--data", str(folder)),
            *("--webhook", live_server.url + STRIPE_WEBHOOK_PATH),  # type: ignore[attr-defined]
            *("--webhook-secret", configuration.stripe_webhook_secret),
        ],
        ready=readiness.http("the local Stripe", f"{address.geturl()}/v1/balance", accept_errors=True),
    )
    service.start()
    yield service
    service.stop()


@pytest.fixture
def local_stripe(local_stripe_service: ServiceProcess, transactional_db: None) -> ServiceProcess:
    """The local Stripe for one test; its process can be killed and started again."""
    return local_stripe_service


@pytest.fixture(scope="session")
def running_shop() -> Iterator[RunningShop]:
    """The whole shop as supervised processes, filled like the demo; shared by the tests of a session."""
    # Few works, so that it stands soon; no holding time and no reserve, so that a payout can be seen in a test.
    shop = RunningShop(
        given={"DEMO_WORKS": "36", "DEMO_SALES": "4", "PAYOUT_HOLDING_DAYS": "0", "RESERVE_BASIS_POINTS": "0"}
    )
    try:
        shop.start()
        yield shop
    finally:
        shop.stop()
