"""An exclusive sale holds for the picture: the artist's other works that show it leave the shop in the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import connection

from billing import gateway
from marketplace.catalog.models import Work
from marketplace.catalog.services import unlist_work
from marketplace.core.money import Money
from marketplace.licensing.errors import SoldExclusively
from marketplace.licensing.models import LicenceGrant, LicenceHold
from marketplace.licensing.services import OfferTerms, set_offers
from marketplace.orders.models import Order
from marketplace.orders.services import payment, settle_payment
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.licensing import licence_in, work_on_sale
from tests.factories.orders import begun_order
from tests.factories.provenance import show_the_same_picture

pytestmark = pytest.mark.usefixtures("shop")


def twins(count=2, **facts):
    """Works of one picture, from before a picture could be listed only once."""
    artist = ArtistFactory(user=UserFactory(email="lin@example.org"))
    works = [work_on_sale(artist=artist, title=f"Tide {n}", **facts) for n in range(count)]
    show_the_same_picture(*works)
    return works


def test_the_twins_are_off_the_market_and_their_open_pages_closed(pay, wait_for_event, run_jobs):
    work, twin, away = twins(3)
    unlist_work(work=away)
    strangers = work_on_sale()
    show_the_same_picture(strangers)
    unlike = work_on_sale(artist=work.artist)
    given_before = licence_in(twin, "personal")
    slow = begun_order(twin, "personal")
    page = slow.checkout_url
    winner = begun_order(work, "exclusive")
    pay(winner)
    wait_for_event("checkout.session.completed")
    run_jobs()
    slow.refresh_from_db()
    assert slow.state == "expired"
    assert gateway.retrieve_checkout(slow.checkout_session_id).status == "expired"
    pay(slow, address=page)
    assert set(Work.objects.listed()) == {strangers, unlike}
    for other in (twin, away):
        other.refresh_from_db()
        assert other.sold_exclusively
        with pytest.raises(SoldExclusively):
            begun_order(other, "exclusive")
        with pytest.raises(SoldExclusively):
            set_offers(work=other, offers=[OfferTerms("personal", Money(9900, "USD"))])
    assert set(LicenceGrant.objects.values_list("holder", flat=True)) == {winner.buyer_id, given_before.holder_id}
    letter = next(letter for letter in mail.outbox if letter.to == ["lin@example.org"])
    assert "Tide 1" in letter.body
    assert "Tide 2" in letter.body


def test_an_ordinary_sale_leaves_the_twin_alone(pay, wait_for_event, run_jobs):
    work, twin = twins()
    pay(begun_order(work, "personal"))
    wait_for_event("checkout.session.completed")
    run_jobs()
    twin.refresh_from_db()
    assert not twin.sold_exclusively
    assert begun_order(twin, "exclusive").state == "open"


def test_two_twins_paid_exclusively_at_the_same_moment_make_one_sale(monkeypatch):
    """Each sale would lock its own work first and then the other's: a circle, were the order not that of the ids."""
    works = twins(2)
    orders = [begun_order(work, "exclusive") for work in works]
    together = threading.Barrier(2)
    wait = payment.wait_for_other_pictures

    def wait_together():
        together.wait(30)
        wait()

    monkeypatch.setattr(payment, "wait_for_other_pictures", wait_together)

    def settle(order):
        try:
            return settle_payment(
                order_id=order.pk,
                session_id=order.checkout_session_id,
                payment_intent_id=f"pi_{order.pk.hex}",
                paid=order.total,
            ).state
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(settle, orders)) == ["paid", "refund_due"]
    assert LicenceGrant.objects.count() == 1
    assert not LicenceHold.objects.filter(released_at=None).exists()
    assert Order.objects.get(state="refund_due").refusal == "sold_exclusively"
    assert not Work.objects.listed().exists()
