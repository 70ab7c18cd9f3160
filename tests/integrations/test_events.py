"""What happens becomes an event for those whom it concerns, in its own transaction, once."""

import json

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from billing.gateway import Dispute as DisputeFacts
from billing.models import Payout, PayoutAccount, Sale
from billing.services import mature_sales, note_dispute, pay_out_due, record_refund, record_sale
from billing.services.payouts import _fail, _finish
from generation.models import GenerationJob
from generation.services.ending import end_job
from marketplace.core.clock import now
from marketplace.core.errors import Final
from marketplace.core.money import Money
from marketplace.integrations.event_types import FIELDS, EventType
from marketplace.integrations.models import WebhookDelivery, WebhookEvent
from marketplace.integrations.services import add_endpoint, disable_endpoint, publish_event
from marketplace.licensing.services import end_licence
from marketplace.orders.models import Order, RefundRequest
from marketplace.orders.services import ask_refund
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.billing import PayoutAccountFactory, make_payouts_due, sell
from tests.factories.generation import GenerationJobFactory
from tests.factories.licensing import licence_in, offer_of, work_on_sale

pytestmark = pytest.mark.django_db
URL = "http://127.0.0.1:9/hooks"


def listening(user, *types: str):
    return add_endpoint(owner=user, url=URL, event_types=types or EventType.values).endpoint


def told(user) -> list[tuple[str, dict]]:
    """Type and data of ``user``'s events, oldest first; each has the form and the fields that its type promises."""
    found = []
    for event in WebhookEvent.objects.filter(owner=user).order_by("created_at", "id"):
        said = json.loads(event.body)
        assert set(said) == {"type", "timestamp", "data"}
        assert said["type"] == event.type
        assert set(said["data"]) == set(FIELDS[EventType(event.type)])
        found.append((event.type, said["data"]))
    return found


def test_a_sale_and_its_refunds():
    artist = ArtistFactory()
    listening(artist.user)
    sale = sell(artist, 2000, line_ref="order_line:0197")
    record_refund(line_ref=sale.line_ref, amount=Money(500, "USD"), refund_ref="re_1")
    record_refund(line_ref=sale.line_ref, amount=Money(500, "USD"), refund_ref="re_1")
    record_refund(line_ref=sale.line_ref, refund_ref="re_2")
    who = {"id": str(sale.pk), "kind": "licence", "order_line": "0197", "work": None}
    assert told(artist.user) == [
        (
            "sale.completed",
            {**who, "gross_minor": 2000, "tax_minor": 0, "fee_minor": 200, "royalty_minor": 0, "currency": "USD"},
        ),
        ("sale.refunded", {**who, "refunded_minor": 500, "currency": "USD"}),
        ("sale.refunded", {**who, "refunded_minor": 1500, "currency": "USD"}),
    ]


def test_a_tip_is_a_sale_without_a_work():
    artist = ArtistFactory()
    listening(artist.user)
    sell(artist, 300, line_ref="tip:0198")
    ((kind, data),) = told(artist.user)
    assert (kind, data["kind"], data["order_line"], data["work"]) == ("sale.completed", "tip", None, None)


def test_a_sale_that_is_recorded_twice_is_told_once():
    artist = ArtistFactory()
    listening(artist.user)
    again = {"order_ref": "order:1", "line_ref": "order_line:1", "artist": artist, "gross": Money(900, "EUR")}
    record_sale(**again)
    record_sale(**again)
    assert [kind for kind, _data in told(artist.user)] == ["sale.completed"]


def test_what_is_rolled_back_is_never_told():
    artist = ArtistFactory()
    listening(artist.user)
    with transaction.atomic():
        sell(artist)
        assert WebhookEvent.objects.count() == 1
        transaction.set_rollback(True)
    assert not Sale.objects.exists()
    assert not WebhookEvent.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name="integrations.deliver").exists()
    sell(artist)
    assert ProcrastinateJob.objects.filter(task_name="integrations.deliver", queue_name="webhooks").count() == 1


def test_only_those_who_chose_the_event_are_told():
    artist = ArtistFactory()
    chosen, both = listening(artist.user, "sale.completed"), listening(artist.user)
    listening(artist.user, "payout.sent")
    listening(ArtistFactory().user)
    disabled = listening(artist.user)
    disable_endpoint(owner=artist.user, endpoint_id=disabled.pk)
    sell(artist)
    assert WebhookEvent.objects.count() == 1
    assert set(WebhookDelivery.objects.values_list("endpoint_id", flat=True)) == {chosen.pk, both.pk}


def test_nothing_is_kept_for_people_without_endpoints():
    sell(ArtistFactory())
    assert not WebhookEvent.objects.exists()


def test_an_event_exists_once_for_each_object():
    artist = ArtistFactory()
    listening(artist.user)
    same = {"event_type": EventType.PAYOUT_SENT, "object_ref": "1", "data": {}}
    assert publish_event(owner_id=artist.user_id, **same) is not None
    assert publish_event(owner_id=artist.user_id, **same) is None
    assert WebhookDelivery.objects.count() == 1


def test_a_licence_is_told_to_its_holder_and_to_the_artist_and_so_is_its_end():
    work, holder = work_on_sale(), UserFactory()
    artist = work.artist.user
    listening(holder)
    listening(artist)
    grant = licence_in(work, "commercial", holder=holder)
    end_licence(grant=grant, reason="refunded")
    end_licence(grant=grant, reason="refunded")
    for person, you_are in ((holder, "holder"), (artist, "artist")):
        which = {"number": grant.number, "work": str(work.pk), "you_are": you_are}
        assert told(person) == [
            ("licence.granted", {**which, "terms": "commercial"}),
            ("licence.ended", {**which, "reason": "refunded"}),
        ]


def test_a_refund_that_is_asked_for_is_told_to_the_artist():
    work, buyer = work_on_sale(), UserFactory()
    order = Order.objects.create(
        buyer=buyer, total_minor=1200, currency="USD", pay_until=now(), state="paid", paid_at=now()
    )
    line = order.lines.create(
        offer=offer_of(work, "personal"), work=work, version=work.versions.get(), price_minor=1200, currency="USD"
    )
    sell(work.artist, 1200, order_ref=order.reference, line_ref=line.reference, work=work)
    listening(work.artist.user, "refund.requested")
    listening(buyer)
    ask_refund(buyer=buyer, line_id=line.pk, reason="file_broken", words="It is grey.")
    request = RefundRequest.objects.get()
    ((kind, data),) = told(work.artist.user)
    assert kind == "refund.requested"
    assert (data["id"], data["asked_minor"], data["reason"]) == (str(request.pk), 1200, "file_broken")
    assert "grey" not in WebhookEvent.objects.get().body
    assert told(buyer) == []


def dispute(**more) -> DisputeFacts:
    facts = {
        "id": "dp_1",
        "payment_intent_id": "pi_1",
        "amount": Money(2000, "USD"),
        "reason": "fraudulent",
        "status": "needs_response",
        "evidence_due_by": now(),
        "is_withdrawn": True,
        "is_reinstated": False,
        "created": now(),
    }
    return DisputeFacts(**{**facts, **more})


@pytest.mark.parametrize(
    ("end", "outcome"), [({"status": "won", "is_reinstated": True}, "won"), ({"status": "lost"}, "lost")]
)
def test_a_dispute_and_its_end_are_told_once_to_each_artist(end, outcome):
    first, second = ArtistFactory(), ArtistFactory()
    mine = [sell(first, 1000, payment_ref="pi_1"), sell(first, 400, payment_ref="pi_1")]
    sell(second, 600, payment_ref="pi_1")
    for artist in (first, second):
        listening(artist.user, "dispute.opened", "dispute.closed")
    for facts in (dispute(), dispute(), dispute(**end), dispute(**end), dispute()):
        note_dispute(facts)
    for artist in (first, second):
        assert [kind for kind, _data in told(artist.user)] == ["dispute.opened", "dispute.closed"]
    opened, closed = (data for _kind, data in told(first.user))
    assert opened["sales"] == closed["sales"] == sorted(str(sale.pk) for sale in mine)
    assert (opened["id"], opened["reason"], closed["outcome"]) == ("dp_1", "fraudulent", outcome)


def started_payout() -> Payout:
    account: PayoutAccount = PayoutAccountFactory()
    sell(account.artist, 2000, days_until_available=-1)
    mature_sales()
    make_payouts_due(account.artist)
    assert pay_out_due() == 1
    listening(account.artist.user)
    return Payout.objects.select_related("artist").get()


def test_a_payout_that_was_sent():
    payout = started_payout()
    _finish(payout, "tr_1")
    _finish(payout, "tr_1")
    assert told(payout.artist.user) == [
        ("payout.sent", {"id": str(payout.pk), "amount_minor": 1800, "currency": "USD"})
    ]


def test_a_payout_that_failed():
    payout = started_payout()
    _fail(payout, Final("no", reason="The account is closed."))
    assert told(payout.artist.user) == [
        (
            "payout.failed",
            {"id": str(payout.pk), "amount_minor": 1800, "currency": "USD", "reason": "The account is closed."},
        )
    ]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("finished", [("generation.finished", {"kind": "text_to_image", "count": 2})]),
        ("failed", [("generation.failed", {"kind": "text_to_image", "error": "out_of_memory"})]),
        ("cancelled", []),
        ("parked", []),
    ],
)
def test_the_end_of_a_generation(state, expected):
    job = GenerationJobFactory()
    listening(job.owner)
    listening(UserFactory())
    end_job(job, GenerationJob.State(state), error_code="out_of_memory" if state == "failed" else "")
    assert told(job.owner) == [(kind, {"id": str(job.pk), **data}) for kind, data in expected]
    assert WebhookEvent.objects.count() == len(expected)
