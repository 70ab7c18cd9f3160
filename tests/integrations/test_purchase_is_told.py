"""The whole way: bought at the (local) Stripe, its event processed, both told by a worker of the queue `webhooks`."""

import pytest
from standardwebhooks import WebhookVerificationError

from marketplace.integrations.services import add_endpoint
from marketplace.licensing.models import LicenceGrant
from tests.factories.orders import begun_order
from tests.integrations.receiver import Receiver
from tests.integrations.test_killed import run_webhooks
from tests.orders.conftest import pay, run_jobs, shop, wait_for_event

__all__ = ["pay", "run_jobs", "run_webhooks", "shop", "wait_for_event"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_purchase_reaches_the_artists_and_the_buyers_programs(
    shop, pay, wait_for_event, run_webhooks, receiver: Receiver
):
    order = begun_order()
    line = order.lines.get()
    artist = add_endpoint(
        owner=line.work.artist.user, url=receiver.url, event_types=["sale.completed", "licence.granted"]
    )
    buyer = add_endpoint(owner=order.buyer, url=receiver.url, event_types=["licence.granted"])
    pay(order)
    wait_for_event("checkout.session.completed")
    run_webhooks()
    grant = LicenceGrant.objects.get()
    told = []
    for got in receiver.received:
        for whose, secret in (("artist", artist.secret), ("buyer", buyer.secret)):
            try:
                said = got.verified(secret)
            except WebhookVerificationError:
                continue
            told.append((whose, said["type"], said["data"].get("you_are"), said["data"].get("number", grant.number)))
    assert sorted(told, key=str) == [
        ("artist", "licence.granted", "artist", grant.number),
        ("artist", "sale.completed", None, grant.number),
        ("buyer", "licence.granted", "holder", grant.number),
    ]
    assert len({got.id for got in receiver.received}) == 3
