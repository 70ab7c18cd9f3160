"""One server for the folder's tests; those that kill or starve it make their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import stripe

from .server import Receiver, Server


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    receiver = Receiver().start()
    yield receiver
    receiver.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("localstripe"), webhook=receiver.url).start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def client(server: Server) -> stripe.StripeClient:
    return server.client()


@pytest.fixture
def another_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Makes servers of a test's own, on folders of their own."""
    made: list[Server] = []

    def make(*, webhook: str = "", options: tuple[str, ...] = ()) -> Server:
        folder = tmp_path / f"server{len(made)}"
        folder.mkdir()
        made.append(Server(folder, webhook=webhook, options=options).start())
        return made[-1]

    yield make
    for server in made:
        server.kill()


@pytest.fixture(scope="session")
def monthly_price(client: stripe.StripeClient) -> stripe.Price:
    """Studio plan, $12 a month."""
    product = client.v1.products.create({"name": "Studio plan"})
    return client.v1.prices.create(
        {"product": product.id, "currency": "usd", "unit_amount": 1200, "recurring": {"interval": "month"}}
    )
