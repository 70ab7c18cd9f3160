"""A charge that is disputed long after it was paid, and after a refund (an addition of this server)."""

from __future__ import annotations

import pytest
import stripe

from .orders import pay_now
from .server import Receiver


def dispute(client: stripe.StripeClient, charge: str, **more: str) -> dict[str, object]:
    found: dict[str, object] = client.raw_request("post", f"/v1/test_helpers/charges/{charge}/dispute", **more).data  # type: ignore[arg-type]
    return found


def test_it_withdraws_what_is_disputed_and_tells_of_it(client: stripe.StripeClient, receiver: Receiver) -> None:
    intent = pay_now(client, 5000)
    charge = str(intent.latest_charge)
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 2000})
    made = dispute(client, charge, amount="3000", reason="product_not_received")
    found = client.v1.disputes.retrieve(str(made["id"]))
    assert (found.amount, found.reason, found.status) == (3000, "product_not_received", "needs_response")
    assert [entry.amount for entry in found.balance_transactions] == [-3000]
    receiver.wait_for("charge.dispute.funds_withdrawn", found.id)
    with pytest.raises(stripe.InvalidRequestError) as again:
        dispute(client, charge)
    assert again.value.code == "charge_disputed"
    client.v1.disputes.update(found.id, {"evidence": {"uncategorized_text": "winning_evidence"}, "submit": True})
    assert [entry.amount for entry in client.v1.disputes.retrieve(found.id).balance_transactions] == [-3000, 3000]


def test_no_more_than_was_paid_can_be_disputed(client: stripe.StripeClient) -> None:
    charge = str(pay_now(client, 5000).latest_charge)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        dispute(client, charge, amount="5001")
    assert caught.value.param == "amount"
    assert client.v1.disputes.list({"charge": charge}).data == []
