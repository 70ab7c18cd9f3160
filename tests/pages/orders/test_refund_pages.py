"""Refund requests on the buyer's, the artist's and the administrators' pages."""

import pytest
from django.contrib.auth.models import Permission

from billing.services import record_refund
from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.licensing.services import end_licence
from marketplace.orders.models import Order, OrderLine, RefundRequest
from marketplace.orders.services import ask_refund
from marketplace.pages.orders.refund_forms import AskForm
from tests.factories.accounts import UserFactory
from tests.factories.billing import sell
from tests.factories.licensing import licence_in, offer_of, work_on_sale

pytestmark = pytest.mark.django_db
ADMIN = "/admin/orders/refundrequest/"


@pytest.fixture
def line() -> OrderLine:
    """A paid order of the past, without Stripe."""
    work, buyer = work_on_sale(title="Evening tide"), UserFactory()
    order = Order.objects.create(
        buyer=buyer, total_minor=1200, currency="USD", pay_until=now(), state="paid", paid_at=now()
    )
    made = order.lines.create(
        offer=offer_of(work, "personal"), work=work, version=work.versions.get(), price_minor=1200, currency="USD"
    )
    made.grant = licence_in(work, "personal", holder=buyer)
    made.save()
    sell(work.artist, 1200, order_ref=order.reference, line_ref=made.reference, work=work)
    return made


def ask(line: OrderLine, **more) -> RefundRequest:
    return ask_refund(buyer=line.order.buyer, line_id=line.pk, reason="file_broken", words="It is grey.", **more)


@pytest.mark.parametrize(("language", "word"), [("en", "Ask for a refund"), ("zh-hans", "申请退款")])
def test_a_buyer_asks_on_her_orders_page(client, line, language, word):
    client.force_login(line.order.buyer)
    client.cookies["django_language"] = language
    order = line.order.get_absolute_url()
    assert word in client.get(order).text
    form = f"{order}/refund"
    assert word in client.get(form).text
    assert client.post(form, {"reason": "file_broken", "amount": "5.00", "words": "It is grey."}).status_code == 302
    request = RefundRequest.objects.get()
    assert (request.asked_minor, request.reason, request.words) == (500, "file_broken", "It is grey.")
    page = client.get(order).text
    assert f'id="refund-{request.pk}"' in page
    assert f"{order}/refund" not in page


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "This field is required."),
        ({"reason": "other", "amount": "13"}, "At most $12.00 can be returned."),
        ({"reason": "other", "amount": "0.001"}, "finer than"),
        ({"reason": "other", "amount": "1.005"}, "finer than"),
        ({"reason": "other", "amount": "-1"}, "Say an amount above nothing"),
        ({"reason": "because"}, "Select a valid choice"),
    ],
)
def test_mistakes_are_told_and_nothing_is_asked(client, line, sent, told):
    client.force_login(line.order.buyer)
    answer = client.post(f"{line.order.get_absolute_url()}/refund", sent)
    assert answer.status_code in {409, 422}
    assert told in answer.text
    assert not RefundRequest.objects.exists()


def test_others_neither_see_nor_ask(client, line):
    path = f"{line.order.get_absolute_url()}/refund"
    assert client.get(path).status_code == 302
    for other in (UserFactory(), line.work.artist.user):
        client.force_login(other)
        assert client.get(path).status_code == 404
        assert client.post(path, {"reason": "other"}).status_code == 404
    assert not RefundRequest.objects.exists()


def test_an_artist_decides_on_her_page(client, line):
    request = ask(line)
    client.force_login(line.work.artist.user)
    assert "(1)" in client.get("/earnings").text
    page = client.get("/earnings/refunds").text
    for told in ("Evening tide", "$12.00", "The file cannot be used", "It is grey."):
        assert told in page
    refused = client.post(f"/refunds/{request.pk}/decide", {"decision": "refuse", "amount": "12.00"})
    assert refused.status_code == 409
    assert "Say why" in refused.text
    given = client.post(f"/refunds/{request.pk}/decide", {"decision": "grant", "amount": "7.50", "answer": "Sorry."})
    assert given.status_code == 302
    request.refresh_from_db()
    assert (request.state, request.granted_minor, request.payback) == ("granted", 750, "due")
    assert client.post(f"/refunds/{request.pk}/decide", {"decision": "grant"}).status_code == 409
    assert client.post(f"/refunds/{request.pk}/decide", {}).status_code == 422
    assert "(1)" not in client.get("/earnings").text


def test_a_refused_buyer_asks_the_platform_and_may_withdraw(client, line):
    request = ask(line)
    client.force_login(line.work.artist.user)
    client.post(f"/refunds/{request.pk}/decide", {"decision": "refuse", "answer": "It is as shown."})
    client.force_login(line.order.buyer)
    page = client.get(line.order.get_absolute_url()).text
    assert "It is as shown." in page
    assert "Ask us to decide" in page
    assert client.post(f"/refunds/{request.pk}/object").status_code == 302
    assert RefundRequest.objects.get().state == "with_platform"
    assert client.post(f"/refunds/{request.pk}/withdraw").status_code == 302
    assert RefundRequest.objects.get().state == "withdrawn"


def test_strangers_change_nothing(client, line):
    request = ask(line)
    for path in ("withdraw", "object", "decide"):
        assert client.post(f"/refunds/{request.pk}/{path}", {"decision": "grant"}).status_code == 302
    client.force_login(work_on_sale().artist.user)
    for path in ("withdraw", "object", "decide"):
        assert client.post(f"/refunds/{request.pk}/{path}", {"decision": "grant"}).status_code == 404
    assert RefundRequest.objects.get().state == "with_artist"


def test_the_artists_list_asks_no_more_for_more_requests(client, line, django_assert_max_num_queries):
    ask(line)
    client.force_login(line.work.artist.user)
    for number in range(12):
        RefundRequest.objects.create(
            line=line, reason="other", words=str(number), asked_minor=100, state="withdrawn", decide_by=now()
        )
    with django_assert_max_num_queries(14):
        client.get("/earnings/refunds")


def test_the_platform_decides_in_the_administration(client, line):
    request = ask(line)
    clerk = UserFactory(is_staff=True)
    client.force_login(clerk)
    path = f"{ADMIN}{request.pk}/change/"
    assert client.get(path).status_code == 403
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["view_refundrequest", "change_refundrequest"]))
    client.force_login(User.objects.get(pk=clerk.pk))
    assert "It is grey." in client.get(path).text
    assert client.post(path, {"decision": "refuse", "reply": ""}, follow=True).text.count("Say why") == 1
    assert client.post(path, {"decision": "grant", "amount": "4", "reply": "Half."}).status_code == 302
    request.refresh_from_db()
    assert (request.state, request.granted_minor, request.decided_by) == ("granted", 400, clerk)
    assert 'name="decision"' not in client.get(path).text
    assert client.get(ADMIN).status_code == 200


def test_what_has_all_been_returned_says_so(client, line):
    record_refund(line_ref=line.reference, refund_ref="re_1")
    end_licence(grant=line.grant, reason="refunded")
    client.force_login(line.order.buyer)
    page = client.get(line.order.get_absolute_url()).text
    assert "This licence has ended." in page
    assert "Download the file" not in page
    assert "/refund" not in page
    answer = client.get(f"{line.order.get_absolute_url()}/refund")
    assert answer.status_code == 409
    assert "Nothing of this order is left to return." in answer.text


def test_yen_can_be_asked_for_as_they_are(client, line):
    form = AskForm({"reason": "other", "amount": "500"}, most=Money(800, "JPY"))
    assert form.is_valid()
    assert form.money() == Money(500, "JPY")
    assert 'min="1"' in str(form["amount"])
    assert 'step="1"' in str(form["amount"])
