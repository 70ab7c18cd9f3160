"""Files that are uploaded as evidence, and named in it."""

from __future__ import annotations

import io

import pytest
import stripe

from .orders import pay_now

PDF = b"%PDF-1.4 a document"


def upload(client: stripe.StripeClient, content: bytes = PDF, key: str = "", name: str = "evidence.pdf") -> stripe.File:
    file = io.BytesIO(content)
    file.name = name
    options = {"idempotency_key": key} if key else {}
    return client.v1.files.create({"purpose": "dispute_evidence", "file": file}, options)  # type: ignore[arg-type]


def disputed(client: stripe.StripeClient) -> stripe.Dispute:
    intent = pay_now(client, 6000, card="pm_card_createDispute")
    return client.v1.disputes.list({"payment_intent": intent.id}).data[0]


def test_a_document_is_kept_and_found_again(client: stripe.StripeClient) -> None:
    made = upload(client)
    assert (made.object, made.type, made.size, made.filename) == ("file", "pdf", len(PDF), "evidence.pdf")
    assert client.v1.files.retrieve(made.id).to_dict() == made.to_dict()
    assert made.id in [file.id for file in client.v1.files.list({"purpose": "dispute_evidence"}).data]


def test_the_same_key_answers_the_same_file_and_refuses_another(client: stripe.StripeClient) -> None:
    first = upload(client, key="evidence:1")
    assert upload(client, key="evidence:1").id == first.id
    with pytest.raises(stripe.IdempotencyError):
        upload(client, PDF + b" changed", key="evidence:1")


def test_what_no_bank_can_read_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="PDF"):
        upload(client, b"<html>")
    with pytest.raises(stripe.InvalidRequestError, match="5 MB"):
        upload(client, PDF + b"x" * (5 * 1024 * 1024))
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.files.create({"purpose": "dispute_evidence"})  # type: ignore[typeddict-item]
    assert caught.value.param == "file"


def test_evidence_names_files_that_are_there(client: stripe.StripeClient) -> None:
    dispute = disputed(client)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.disputes.update(dispute.id, {"evidence": {"service_documentation": "file_none"}})
    assert caught.value.param == "evidence[service_documentation]"
    made = upload(client)
    answered = client.v1.disputes.update(
        dispute.id, {"evidence": {"service_documentation": made.id, "product_description": "A picture"}}
    )
    assert (answered.status, answered.evidence.service_documentation) == ("under_review", made.id)
    assert (answered.evidence_details.submission_count, answered.evidence_details.has_evidence) == (1, True)
