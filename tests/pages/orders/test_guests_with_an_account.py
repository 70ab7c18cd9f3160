"""Somebody types the address of another's account at the checkout: she learns nothing of it and puts nothing on it."""

import io
from dataclasses import replace

import pypdf
import pytest
from django.core import mail

from billing.documents.writing import issue_document
from billing.gateway.facts import EventFacts
from billing.models import BillingDetails, Document
from marketplace.accounts.addresses import Visit
from marketplace.core.clock import now
from marketplace.licensing.models import LicenceGrant
from marketplace.orders.handlers import on_card_declined
from marketplace.orders.letters import write_to_recipient
from marketplace.orders.models import DiscountCode, Order
from marketplace.risk.models import ArrivedPayment, DeclinedCard, Sighting, StrangersCheckout, Verdict
from marketplace.risk.services import note_payment, note_visit
from tests.factories.accounts import UserFactory
from tests.factories.licensing import licence_in, offer_of, work_on_sale
from tests.orders.baskets import basket_of, claimed, paid
from tests.orders.conftest import shop

__all__ = ["shop"]

SECRETS = ("Owner GmbH", "Secret Street 7", "79098", "DE136695976", "Olga Owner")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


@pytest.fixture
def owner(db):
    made = UserFactory(email="owner@example.org", display_name="Olga Owner")
    BillingDetails.objects.create(
        user=made,
        name="Owner GmbH",
        street="Secret Street 7",
        postcode="79098",
        city="Freiburg",
        country="DE",
        vat_id="DE136695976",
        vat_id_checked_at=now(),
    )
    return made


def begun(client, work, *, email="Owner@example.org", **said) -> Order:
    before = set(Order.objects.values_list("pk", flat=True))
    answer = client.post(
        f"/checkout?offer={offer_of(work, 'personal').pk}", {"pay": "1", "consent": "on", "email": email, **said}
    )
    assert answer.status_code == 302, answer.text
    return Order.objects.exclude(pk__in=before).get()


def text_of(pdf) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.content)).pages)


def test_the_invoice_names_the_address_alone_and_is_not_for_this_browser(client, owner):
    order = paid(begun(client, work_on_sale()))
    assert (order.buyer, order.state, order.made_as_guest) == (owner, "paid", True)
    document = issue_document(order.reference)
    page = client.get(f"/orders/{order.pk}").text
    number = LicenceGrant.objects.get().number
    assert "This address has an account" in page
    assert f"/licences/{number}/download" in page
    assert str(document.pk) not in page
    assert "certificate" not in page.replace("the invoice and the certificate", "")
    for path in (
        document.get_absolute_url(),
        f"/licences/{number}/certificate.pdf",
        f"/licences/{number}/certificate.json",
    ):
        answer = client.get(path)
        assert (answer.status_code, "/login" in answer.url) == (302, True)
    seen = page + client.get(f"/verify?number={number}").text
    assert number in seen
    assert not [secret for secret in SECRETS if secret in seen]
    client.force_login(owner)
    assert number in client.get("/orders").text
    assert str(document.pk) in client.get(f"/orders/{order.pk}").text
    printed = text_of(client.get(document.get_absolute_url()))
    assert "owner@example.org" in printed
    assert not [secret for secret in SECRETS if secret in printed]
    assert client.get(f"/licences/{number}/certificate.pdf").status_code == 200


def test_what_she_buys_signed_in_names_her(client, owner):
    order = paid(claimed(basket_of(work_on_sale()), buyer=owner))
    document = issue_document(order.reference)
    client.force_login(owner)
    assert "Owner GmbH" in text_of(client.get(document.get_absolute_url()))
    assert LicenceGrant.objects.get().holder_name == "Olga Owner"


def test_a_guest_whose_account_is_no_more_than_an_address_has_her_papers(client):
    order = paid(begun(client, work_on_sale(), email="anna@example.org"))
    document = issue_document(order.reference)
    assert client.get(document.get_absolute_url()).status_code == 200
    number = LicenceGrant.objects.get().number
    assert client.get(f"/licences/{number}/certificate.pdf").status_code == 200
    # She sets a password: from here on it is an account, and she signs in.
    type(order.buyer).objects.filter(pk=order.buyer_id).update(is_guest=False)
    assert client.get(document.get_absolute_url()).status_code == 302
    assert Document.objects.get() == document


def test_why_it_was_refused_says_nothing_of_the_account(client, owner):
    held, own = work_on_sale(), work_on_sale()
    licence_in(held, holder=owner)
    artist = own.artist.user
    shown = []
    for work, email in ((held, owner.email), (own, artist.email)):
        order = paid(begun(client, work, email=email))
        assert order.state == "refund_due"
        page = client.get(f"/orders/{order.pk}").text
        assert "You held this licence already" not in page
        assert "own work" not in page
        shown.append("We could not accept it." in page)
    assert shown == [True, True]
    client.force_login(owner)
    assert "You held this licence already" in client.get(f"/orders/{Order.objects.get(buyer=owner).pk}").text


def test_a_code_of_the_owners_is_left_to_her(client, owner):
    work = work_on_sale()
    DiscountCode.objects.create(code="HERS", share_basis_points=2500, artist=work.artist)
    order = begun(client, work, code="HERS")
    assert order.discount_code.code == "HERS"
    again = type(client)().post(
        f"/checkout?offer={offer_of(work, 'personal').pk}",
        {"pay": "1", "consent": "on", "email": owner.email, "code": "HERS"},
    )
    assert again.status_code == 409
    assert "This code cannot be used for this order." in again.text
    assert "already" not in again.text
    hers = claimed(replace(basket_of(work), code="HERS"), buyer=owner)
    assert (hers.made_as_guest, hers.discount_code.code) == (False, "HERS")


def test_nothing_that_is_seen_of_it_is_put_on_the_account(client, owner, settings):
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"fraud_counts_test_cards": True})
    order = begun(client, work_on_sale())
    for number in range(3):
        payload = {"metadata": {"order": str(order.pk)}, "last_payment_error": {"decline_code": "stolen_card"}}
        on_card_declined(
            EventFacts(id=f"evt_{number}", type="payment_intent.payment_failed", created=now(), object=payload)
        )
    note_payment(person=owner, subject_ref=order.reference, card="fp_1", risk_level="normal", made_as_guest=True)
    order = paid(order)
    assert order.state == "held", "three cards were refused for this order"
    assert not Sighting.objects.filter(person=owner).exists()
    assert not DeclinedCard.objects.filter(person=owner).exists()
    assert not ArrivedPayment.objects.filter(person=owner).exists()
    assert DeclinedCard.objects.filter(subject_ref=order.reference).count() == 3
    assert {one["rule"] for one in Verdict.objects.get().fired} >= {"many_declined_cards", "stolen_card_before"}
    hers = paid(claimed(basket_of(work_on_sale()), buyer=owner))
    assert hers.state == "paid"


def test_an_artist_who_buys_her_own_work_by_anothers_address_is_held(client, owner):
    work = work_on_sale()
    order = begun(client, work)
    stranger = StrangersCheckout.objects.get()
    assert (stranger.subject_ref, bool(stranger.device)) == (order.reference, True)
    note_visit(person=work.artist.user, visit=Visit(device=stranger.device))
    assert paid(order).state == "held"
    assert [one["rule"] for one in Verdict.objects.get().fired] == ["own_work"]


def test_a_gift_in_the_name_of_an_address_names_nobody(client, owner):
    said = {"is_gift": "on", "recipient_email": "ben@example.org", "recipient_name": "Ben"}
    order = paid(begun(client, work_on_sale(), **said))
    write_to_recipient(order_id=order.pk)
    (letter,) = mail.outbox
    path = next(word for word in letter.body.split() if "/gifts/" in word).partition("/gifts/")[2]
    page = type(client)().get(f"/gifts/{path}", follow=True).text
    assert "A gift for Ben" in page
    assert not [secret for secret in SECRETS if secret in letter.subject + letter.body + page]


def test_whom_a_gift_is_for_is_known_by_her_address_alone(client, owner):
    giver = UserFactory()
    client.force_login(giver)
    said = {"is_gift": "on", "recipient_email": owner.email}
    order = paid(begun(client, work_on_sale(), **said))
    number = LicenceGrant.objects.get(holder=owner).number
    seen = client.get(f"/orders/{order.pk}").text + client.get(f"/verify?number={number}").text
    assert "ow…@example.org" in seen
    assert not [secret for secret in SECRETS if secret in seen]
