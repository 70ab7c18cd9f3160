"""The answer to a dispute: gathered by itself, added to, sent once at its time or given up; at the local Stripe."""

import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.db import DatabaseError, transaction
from pypdf import PdfReader

from billing import gateway
from billing.gateway.client import client as stripe_client
from billing.models import CreditPurchase, Dispute, Sale
from billing.services import note_dispute, record_unused_payment, reserve_credits, settle_credits
from billing.services.purchases import record_revenue
from marketplace.accounts.addresses import Visit
from marketplace.blobs import private_store
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceEnding
from marketplace.orders.errors import AnswerDecided, AnswerNotFound, WordsUnfit
from marketplace.orders.evidence import case_of, stripe_texts
from marketplace.orders.models import DisputeEvidence, EvidenceWords, OrderLine, RefundRequest, SentLetter
from marketplace.orders.services import download_url
from marketplace.orders.services.evidence import (
    add_words,
    concede,
    gather_evidence,
    give_up_dispute,
    hand_in_evidence,
    handing_in,
    send_now,
    send_what_is_due,
    unfinished_answers,
)
from marketplace.orders.services.evidence.gathering import digest
from tests.billing.processes import at_once
from tests.factories.accounts import UserFactory
from tests.factories.billing import CreditPackFactory, give_credits
from tests.factories.licensing import work_on_sale
from tests.factories.orders import begun_order

pytestmark = pytest.mark.usefixtures("shop")
State = DisputeEvidence.State


@pytest.fixture
def line(pay, wait_for_event, run_jobs) -> OrderLine:
    """A licence whose payment the buyer's bank disputes at once."""
    begun = begun_order(work_on_sale(title="Quiet sea"), "personal", buyer=UserFactory(email="mei@example.org"))
    pay(begun, "4000 0000 0000 0259")
    wait_for_event("checkout.session.completed")
    begun.refresh_from_db()
    # The dispute's event may have been handled before the payment's, and then waits for another try.
    (dispute,) = stripe_client().v1.disputes.list({"payment_intent": begun.payment_intent_id}).data
    note_dispute(gateway.retrieve_dispute(dispute.id))
    run_jobs()
    return begun.lines.select_related("order__buyer", "work__artist__user", "grant").get()


@pytest.fixture
def answer(line) -> DisputeEvidence:
    return DisputeEvidence.objects.select_related("dispute").get(order=line.order)


def clerk():
    made = UserFactory(is_staff=True)
    made.user_permissions.add(Permission.objects.get(codename="change_disputeevidence"))
    return type(made).objects.get(pk=made.pk)


def at_stripe(answer: DisputeEvidence):
    return stripe_client().v1.disputes.retrieve(answer.pk)


def document(answer: DisputeEvidence) -> str:
    pages = PdfReader(io.BytesIO(private_store().get(answer.file_key))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_evidence_is_there_by_itself_with_its_deadline(line, answer):
    assert (answer.state, answer.dispute.payment_ref) == (State.READY, line.order.payment_intent_id)
    assert answer.send_at == answer.dispute.evidence_due_by - timedelta(hours=48)
    assert answer.days_left == 8
    texts = answer.fields
    assert texts["customer_email_address"] == "mei@example.org"
    assert f"“Quiet sea” by {line.work.artist.name}" in texts["product_description"]
    assert line.grant.number in texts["product_description"]
    assert "refund request for 14 days" in texts["refund_policy_disclosure"]
    assert "licence granted" in texts["access_activity_log"]
    assert answer.sha256 == digest(texts, answer.file_sha256)
    paper = document(answer)
    for told in (answer.pk, line.grant.number, "Quiet sea", "mei@example.org", "No download of the file is on record"):
        assert told in paper
    assert at_stripe(answer).evidence_details.submission_count == 0


def test_the_artist_is_told_what_is_disputed_and_until_when_she_can_add(line, answer):
    (letter,) = [one for one in mail.outbox if "disputes a payment" in one.subject]
    assert letter.to == [line.work.artist.user.email]
    assert "Quiet sea" in letter.subject
    for told in ("$12.00", "$10.80", "/earnings/disputes"):
        assert told in letter.body
    assert "mei@example.org" not in letter.body


def test_downloads_letters_requests_and_words_are_in_it(line, answer):
    visit = Visit("203.0.113.0/24", "Firefox/140")
    download_url(user=line.grant.holder, grant=line.grant, visit=visit)
    words = "I never bought this. 我没有买过。"
    RefundRequest.objects.create(line=line, reason="other", words=words, asked_minor=1200, decide_by=now())
    add_words(author=line.work.artist.user, dispute_id=answer.pk, text="She wrote to me that she liked it.")
    add_words(author=clerk(), dispute_id=answer.pk, text="The buyer logged in from the same network before.")
    gather_evidence(dispute_id=answer.pk)
    answer.refresh_from_db()
    assert "203.0.113.0/24 (Firefox/140)" in answer.fields["access_activity_log"]
    assert answer.fields["uncategorized_text"].startswith("The buyer logged in")
    assert "writes: She wrote to me" in answer.fields["uncategorized_text"]
    paper = document(answer)
    letter = SentLetter.objects.get(order=line.order)
    for told in (letter.subject, "I never bought this", "我没有买过", "203.0.113.0/24", "She wrote to me", "Its terms"):
        assert told in paper


def test_long_texts_are_cut_to_what_stripe_takes(line, answer):
    for number in range(200):
        download_url(user=line.grant.holder, grant=line.grant, visit=Visit("", f"Browser {number} " + "x" * 180))
    texts = stripe_texts(case_of(answer))
    assert len(texts["access_activity_log"]) == 150_000 // 8
    assert sum(map(len, texts.values())) <= 150_000


def test_it_is_sent_once_at_its_time_and_won_restores(line, answer, run_jobs, wait_for_event):
    assert send_what_is_due() == 0
    add_words(author=clerk(), dispute_id=answer.pk, text="winning_evidence")
    DisputeEvidence.objects.filter(pk=answer.pk).update(send_at=now())
    assert send_what_is_due() == 1
    assert send_what_is_due() == 0
    run_jobs()
    answer.refresh_from_db()
    assert (answer.state, answer.decided_by, answer.problem) == (State.SENT, None, "")
    there = at_stripe(answer)
    assert there.evidence_details.submission_count == 1
    assert there.evidence.service_documentation == answer.stripe_file_id
    assert there.evidence.uncategorized_text == "winning_evidence"
    assert there.evidence.access_activity_log == answer.fields["access_activity_log"]
    assert answer.sha256 == digest(answer.fields, answer.file_sha256)
    wait_for_event("charge.dispute.closed", answer.pk)
    answer.refresh_from_db()
    assert answer.state == State.SENT
    assert Dispute.objects.get(pk=answer.pk).outcome == Dispute.Outcome.WON
    assert Sale.objects.get(line_ref=line.reference).held_minor == 0


def test_a_crash_after_any_step_sends_the_same_once(line, answer, monkeypatch):
    send_now(decider=clerk(), dispute_id=answer.pk)
    calls = {"upload_evidence": gateway.upload_evidence, "submit_evidence": gateway.submit_evidence}
    for name, real in calls.items():

        def does_it_and_dies(*args, _real=real, **more):
            _real(*args, **more)
            raise gateway.StripeUnreachable

        monkeypatch.setattr(gateway, name, does_it_and_dies)
        with pytest.raises(gateway.StripeUnreachable):
            hand_in_evidence(dispute_id=answer.pk)
        monkeypatch.setattr(gateway, name, real)
        answer.refresh_from_db()
        assert answer.state == State.SENDING
        # What is said now comes too late, and changes nothing of what is sent.
        with pytest.raises(AnswerDecided):
            add_words(author=line.work.artist.user, dispute_id=answer.pk, text="One more thing.")
        download_url(user=line.grant.holder, grant=line.grant)
    for _ in range(2):
        hand_in_evidence(dispute_id=answer.pk)
    answer.refresh_from_db()
    there = at_stripe(answer)
    assert (answer.state, there.evidence_details.submission_count) == (State.SENT, 1)
    assert there.evidence.access_activity_log == answer.fields["access_activity_log"]
    assert there.evidence.service_documentation == answer.stripe_file_id


def test_what_stripe_refuses_is_told_and_tried_again(answer, monkeypatch):
    send_now(decider=clerk(), dispute_id=answer.pk)

    def refuse(*_args, **_more):
        raise gateway.StripeRefused(reason="Your evidence is too long.")

    with monkeypatch.context() as patched:
        patched.setattr(gateway, "submit_evidence", refuse)
        with pytest.raises(gateway.StripeRefused):
            hand_in_evidence(dispute_id=answer.pk)
    answer.refresh_from_db()
    assert (answer.state, answer.problem) == (State.SENDING, "Your evidence is too long.")
    hand_in_evidence(dispute_id=answer.pk)
    answer.refresh_from_db()
    assert (answer.state, answer.problem) == (State.SENT, "")


def test_not_contesting_loses_it_and_ends_the_licence(line, answer, run_jobs):
    decider = clerk()
    concede(decider=decider, dispute_id=answer.pk)
    for refused in (
        lambda: send_now(decider=decider, dispute_id=answer.pk),
        lambda: concede(decider=decider, dispute_id=answer.pk),
    ):
        with pytest.raises(AnswerDecided):
            refused()
    run_jobs()
    answer.refresh_from_db()
    assert (answer.state, answer.decided_by, at_stripe(answer).status) == (State.CONCEDED, decider, "lost")
    assert Dispute.objects.get(pk=answer.pk).outcome == Dispute.Outcome.LOST
    run_jobs()
    assert LicenceEnding.objects.get(grant=line.grant).reason == "disputed"
    give_up_dispute(dispute_id=answer.pk)


def test_a_crash_after_giving_up_is_told_as_given_up(answer, monkeypatch):
    concede(decider=clerk(), dispute_id=answer.pk)
    real = gateway.accept_dispute

    def does_it_and_dies(*args, **more):
        real(*args, **more)
        raise gateway.StripeUnreachable

    with monkeypatch.context() as patched:
        patched.setattr(gateway, "accept_dispute", does_it_and_dies)
        with pytest.raises(gateway.StripeUnreachable):
            give_up_dispute(dispute_id=answer.pk)
    give_up_dispute(dispute_id=answer.pk)
    answer.refresh_from_db()
    assert answer.state == State.CONCEDED


def test_answered_at_stripes_own_pages_is_not_said_to_be_ours(answer):
    params = {"evidence": {"product_description": "By hand"}, "submit": True}
    stripe_client().v1.disputes.update(answer.pk, params)
    send_now(decider=clerk(), dispute_id=answer.pk)
    hand_in_evidence(dispute_id=answer.pk)
    answer.refresh_from_db()
    assert (answer.state, at_stripe(answer).evidence.product_description) == (State.OVER, "By hand")


def test_a_dispute_that_ends_first_leaves_nothing_to_do(answer):
    stripe_client().v1.disputes.close(answer.pk)
    note_dispute(gateway.retrieve_dispute(answer.pk))
    answer.refresh_from_db()
    assert answer.state == State.OVER
    with pytest.raises(AnswerDecided):
        send_now(decider=clerk(), dispute_id=answer.pk)


def test_only_its_artist_and_those_who_may_can_add(line, answer):
    for stranger in (UserFactory(), line.order.buyer, UserFactory(is_staff=True), work_on_sale().artist.user):
        with pytest.raises(AnswerNotFound):
            add_words(author=stranger, dispute_id=answer.pk, text="Mine")
        for choice in (send_now, concede):
            with pytest.raises(AnswerNotFound):
                choice(decider=stranger, dispute_id=answer.pk)
    with pytest.raises(AnswerNotFound):
        send_now(decider=line.work.artist.user, dispute_id=answer.pk)
    assert not EvidenceWords.objects.exists()
    artist = line.work.artist.user
    with pytest.raises(WordsUnfit):
        add_words(author=artist, dispute_id=answer.pk, text="x" * 4001)
    for text in ("First", "Second", "  "):
        add_words(author=artist, dispute_id=answer.pk, text=text)
        assert [one.text for one in answer.words.all()] == ([text] if text.strip() else [])
    answer.refresh_from_db()
    assert answer.state == State.READY


def test_what_was_sent_cannot_be_changed(answer):
    send_now(decider=clerk(), dispute_id=answer.pk)
    hand_in_evidence(dispute_id=answer.pk)
    for change in (
        lambda: DisputeEvidence.objects.filter(pk=answer.pk).update(fields={}),
        lambda: DisputeEvidence.objects.filter(pk=answer.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="it is a record"), transaction.atomic():
            change()


def test_a_payment_that_was_no_order_waits_for_a_person(run_jobs):
    paid = Money(500, "USD")
    record_unused_payment(object_ref="purchase:1", paid=paid, payment_ref="pi_other")
    found = gateway.Dispute("du_2", "pi_other", paid, "general", "needs_response", now(), now(), True, False)
    note_dispute(found)
    run_jobs()
    answer = DisputeEvidence.objects.get(pk="du_2")
    assert (answer.state, answer.order, answer.send_at) == (State.READY, None, None)
    assert "was not an order of works or credits" in document(answer)
    assert send_what_is_due() == 0


def test_a_purchase_of_credits_is_answered_with_what_was_made_since(run_jobs):
    person, pack = UserFactory(email="mei@example.org"), CreditPackFactory()
    paid_at = now() - timedelta(hours=1)
    purchase = CreditPurchase.objects.create(
        user=person,
        pack=pack,
        credits=100,
        price_minor=500,
        currency="USD",
        state="paid",
        payment_intent_id="pi_credits",
        paid_at=paid_at,
    )
    record_revenue(object_ref=f"purchase:{purchase.pk}", paid=purchase.price, payment_ref="pi_credits")
    give_credits(person, 100)
    reserve_credits(user=person, amount=12, object_ref="job:seen")
    settle_credits(object_ref="job:seen", amount=12)
    due = now() + timedelta(days=9)
    found = gateway.Dispute("du_3", "pi_credits", purchase.price, "general", "needs_response", now(), due, True, False)
    note_dispute(found)
    run_jobs()
    answer = DisputeEvidence.objects.get(pk="du_3")
    assert answer.send_at == due - timedelta(hours=48)
    assert "100 credits (Handful)" in answer.fields["product_description"]
    assert "12 credits spent on job:seen" in answer.fields["access_activity_log"]
    assert answer.fields["customer_email_address"] == "mei@example.org"
    assert "refund_policy_disclosure" not in answer.fields
    assert "12 credits spent on job:seen" in document(answer)


def test_what_a_dead_worker_left_is_taken_up_again(answer, monkeypatch):
    assert unfinished_answers() == []
    send_now(decider=clerk(), dispute_id=answer.pk)
    assert unfinished_answers() == []
    later = now() + timedelta(hours=5)
    monkeypatch.setattr(handing_in, "now", lambda: later)
    assert [row.pk for row in unfinished_answers()] == [answer.pk]


def test_of_many_choices_at_once_one_counts_and_it_reaches_stripe_once(answer):
    decider = clerk()
    chosen = {"decider": str(decider.pk), "dispute_id": answer.pk}
    codes = at_once("tests.orders.calls:choose", chosen, processes=4, threads=2)
    assert sorted(codes) == ["answer_decided"] * 7 + ["ok"]
    # Whatever was first, the rest of the story is told for sending.
    DisputeEvidence.objects.filter(pk=answer.pk).update(state=State.SENDING)
    codes = at_once("tests.orders.calls:hand_in", {"dispute_id": answer.pk}, processes=4, threads=1)
    assert set(codes) <= {"ok", "stripe_busy"}
    hand_in_evidence(dispute_id=answer.pk)
    answer.refresh_from_db()
    there = at_stripe(answer)
    assert (answer.state, there.evidence_details.submission_count) == (State.SENT, 1)
    assert there.evidence.access_activity_log == answer.fields["access_activity_log"]
