"""Disputes answered with evidence and documents, inquiries, and what time decides."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import stripe

from .orders import pay_now
from .server import KEY, Receiver, Server, visit, wait_until

PDF = b"%PDF-1.7 a receipt"


def disputed(client: stripe.StripeClient, card: str = "pm_card_createDispute") -> stripe.Dispute:
    intent = pay_now(client, card=card)
    return client.v1.disputes.list({"payment_intent": intent.id}).data[0]


def upload(client: stripe.StripeClient, content: bytes = PDF, purpose: Any = "dispute_evidence") -> stripe.File:
    file = io.BytesIO(content)
    file.name = "receipt.pdf"
    return client.v1.files.create({"purpose": purpose, "file": file})


def answer(client: stripe.StripeClient, dispute: stripe.Dispute, *, submit: bool = True, **evidence: str) -> Any:
    return client.v1.disputes.update(dispute.id, {"evidence": evidence, "submit": submit})  # type: ignore[typeddict-item]


def net_of(client: stripe.StripeClient, dispute: stripe.Dispute) -> list[int]:
    return [entry.net for entry in client.v1.disputes.retrieve(dispute.id).balance_transactions]


def test_evidence_is_saved_then_submitted(client: stripe.StripeClient, receiver: Receiver) -> None:
    dispute = disputed(client)
    saved = answer(client, dispute, submit=False, product_description="A licence of a picture")
    details = saved.evidence_details
    assert (saved.status, details.has_evidence, details.submission_count) == ("needs_response", True, 0)
    receipt = upload(client)
    sent = answer(client, dispute, receipt=receipt.id, access_activity_log="downloaded twice")
    details = sent.evidence_details
    assert (sent.status, details.submission_count, details.past_due) == ("under_review", 1, False)
    assert sent.evidence.product_description == "A licence of a picture"
    event = receiver.wait_for("charge.dispute.updated", dispute.id)
    assert event.data.object.evidence_details.has_evidence is True
    won = answer(client, dispute, uncategorized_text="winning_evidence")
    assert (won.status, won.evidence_details.submission_count) == ("won", 2)
    assert net_of(client, dispute) == [-4900 - 1500, 4900 + 1500]
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        answer(client, dispute, uncategorized_text="more")


def test_losing_evidence_loses(client: stripe.StripeClient, receiver: Receiver) -> None:
    dispute = disputed(client)
    assert answer(client, dispute, uncategorized_text="losing_evidence").status == "lost"
    assert receiver.wait_for("charge.dispute.closed", dispute.id).data.object.status == "lost"
    assert net_of(client, dispute) == [-6400]


def test_a_document_must_be_an_uploaded_file_of_evidence(client: stripe.StripeClient) -> None:
    dispute = disputed(client)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        answer(client, dispute, receipt="file_invented")
    assert caught.value.param == "evidence[receipt]"
    logo = upload(client, purpose="business_logo")
    with pytest.raises(stripe.InvalidRequestError, match="purpose"):
        answer(client, dispute, receipt=logo.id)
    fields = ["access_activity_log", "billing_address", "cancellation_rebuttal", "product_description"]
    fields += ["refund_refusal_explanation", "uncategorized_text", "customer_name", "service_date"]
    with pytest.raises(stripe.InvalidRequestError, match="150000"):
        answer(client, dispute, **dict.fromkeys(fields, "x" * 19_999))
    assert client.v1.disputes.retrieve(dispute.id).evidence_details.has_evidence is False


def test_a_file_is_kept_and_given_back_to_who_has_the_key(server: Server, client: stripe.StripeClient) -> None:
    kept = upload(client)
    assert (kept.type, kept.size, kept.filename, kept.purpose) == ("pdf", len(PDF), "receipt.pdf", "dispute_evidence")
    assert client.v1.files.retrieve(kept.id).size == len(PDF)
    assert kept.id in [one.id for one in client.v1.files.list({"purpose": "dispute_evidence"}).data]
    url = str(kept.url).removeprefix(server.base)
    assert visit(f"{server.base}{url}").status == 401
    page = visit(f"{server.base}{url}", headers={"Authorization": f"Bearer {KEY}"})
    assert (page.status, page.text) == (200, PDF.decode())


@pytest.mark.parametrize(
    ("content", "word"), [(b"", "empty"), (b"MZ an executable", "PDF"), (PDF + b"x" * 5_000_001, "5 MB")]
)
def test_a_file_that_is_no_evidence_is_refused(client: stripe.StripeClient, content: bytes, word: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=word):
        upload(client, content)


def test_the_same_key_with_another_file_is_refused(client: stripe.StripeClient) -> None:
    options: Any = {"idempotency_key": "file-1"}
    params: Any = {"purpose": "dispute_evidence"}
    first = client.v1.files.create({**params, "file": io.BytesIO(PDF)}, options)
    assert client.v1.files.create({**params, "file": io.BytesIO(PDF)}, options).id == first.id
    with pytest.raises(stripe.IdempotencyError):
        client.v1.files.create({**params, "file": io.BytesIO(PDF + b"!")}, options)


def test_an_inquiry_takes_no_money_and_can_be_settled_by_a_refund(
    client: stripe.StripeClient, receiver: Receiver
) -> None:
    dispute = disputed(client, "pm_card_createDisputeInquiry")
    assert (dispute.status, dispute.is_charge_refundable, net_of(client, dispute)) == (
        "warning_needs_response",
        True,
        [],
    )
    assert dispute.payment_method_details.card.case_type == "inquiry"  # type: ignore[union-attr]
    client.v1.refunds.create({"charge": str(dispute.charge)})
    assert client.v1.disputes.retrieve(dispute.id).status == "warning_closed"
    assert receiver.wait_for("charge.dispute.closed", dispute.id).data.object.status == "warning_closed"
    assert receiver.of_type("charge.dispute.funds_withdrawn", dispute.id) == []


def test_an_answered_inquiry_is_closed(client: stripe.StripeClient) -> None:
    dispute = disputed(client, "pm_card_createDisputeInquiry")
    assert answer(client, dispute, uncategorized_text="some words").status == "warning_under_review"
    assert answer(client, dispute, uncategorized_text="winning_evidence").status == "warning_closed"
    assert net_of(client, dispute) == []


def test_an_inquiry_can_become_a_chargeback(client: stripe.StripeClient, receiver: Receiver) -> None:
    dispute = disputed(client, "pm_card_createDisputeInquiry")
    grown = answer(client, dispute, uncategorized_text="escalate_inquiry_evidence")
    assert (grown.status, grown.is_charge_refundable, net_of(client, dispute)) == ("needs_response", False, [-6400])
    receiver.wait_for("charge.dispute.funds_withdrawn", dispute.id)
    with pytest.raises(stripe.InvalidRequestError, match="charged back"):
        client.v1.refunds.create({"charge": str(dispute.charge)})
    assert answer(client, dispute, uncategorized_text="winning_evidence").status == "won"


def test_time_decides_what_nobody_answers(another_server: Callable[..., Server]) -> None:
    server = another_server()
    client = server.client()
    lost, answered = disputed(client), disputed(client)
    asked = disputed(client, "pm_card_createDisputeInquiry")
    answer(client, answered, uncategorized_text="some words")

    def statuses() -> list[str]:
        return [client.v1.disputes.retrieve(one.id).status for one in (lost, answered, asked)]

    assert visit(f"{server.base}/time/advance", {"days": "10"}).status == 303
    wait_until(lambda: statuses() == ["lost", "under_review", "warning_needs_response"], what="the first deadline")
    assert visit(f"{server.base}/time/advance", {"days": "111"}).status == 303
    wait_until(lambda: statuses() == ["lost", "under_review", "warning_closed"], what="the inquiry's end")


def test_the_dashboard_decides_as_the_bank(server: Server, client: stripe.StripeClient) -> None:
    won, lost = disputed(client), disputed(client)
    inquiry = disputed(client, "pm_card_createDisputeInquiry")
    page = visit(f"{server.base}/").text
    for text in ("The shop wins", "Take the money", won.id):
        assert text in page
    for dispute, decision, status in (
        (won, "won", "won"),
        (won, "lost", "won"),
        (lost, "escalate", "needs_response"),
        (lost, "lost", "lost"),
        (inquiry, "escalate", "needs_response"),
    ):
        assert visit(f"{server.base}/disputes/{dispute.id}", {"decision": decision}).status == 303
        assert client.v1.disputes.retrieve(dispute.id).status == status
    assert [net_of(client, one) for one in (won, lost, inquiry)] == [[-6400, 6400], [-6400], [-6400]]
    assert visit(f"{server.base}/disputes/{won.id}", {"decision": "burn"}).status == 400
    assert visit(f"{server.base}/disputes/du_none", {"decision": "won"}).status == 404
