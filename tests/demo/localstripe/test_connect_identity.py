"""Who is behind a connected account: shown where the platform collects the requirements, verified by test numbers."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from .orders import PERSON, onboarded_account, onboarding_link
from .server import Receiver, visit

OURS: Any = {
    "controller": {
        "requirement_collection": "application",
        "losses": {"payments": "application"},
        "fees": {"payer": "application"},
        "stripe_dashboard": {"type": "none"},
    },
    "capabilities": {"transfers": {"requested": True}},
}


def onboarded(client: stripe.StripeClient, **answers: str) -> stripe.Account:
    account = client.v1.accounts.create(OURS)
    page = visit(onboarding_link(client, account.id), {**PERSON, **answers})
    assert page.status == 303, page.text
    return client.v1.accounts.retrieve(account.id)


def test_a_person_is_shown_with_her_address_and_whether_a_number_is_known(client: stripe.StripeClient) -> None:
    account = onboarded(client)
    person: Any = account.individual
    assert (account.business_type, person.object, person.account) == ("individual", "person", account.id)
    assert (person.first_name, person.last_name, person.dob.year) == ("Ada", "Wong", 1990)
    assert (person.address.line1, person.address.postal_code, person.address.country) == (
        "1 Harbour Street",
        "97201",
        "US",
    )
    assert (person.id_number_provided, person.verification.status) == (True, "verified")
    assert "000000000" not in str(account)


def test_a_company_is_shown_and_no_person(client: stripe.StripeClient) -> None:
    account = onboarded(client, business_type="company", company_name="Harbour Light Ltd")
    company: Any = account.company
    assert (account.business_type, company.name, company.tax_id_provided) == ("company", "Harbour Light Ltd", True)
    assert "individual" not in account


def test_a_company_needs_a_name_and_everybody_an_address(client: stripe.StripeClient) -> None:
    account = client.v1.accounts.create(OURS)
    link = onboarding_link(client, account.id)
    for answers, told in (
        ({"business_type": "company"}, "Enter the company&#39;s name."),
        ({"city": ""}, "Enter the whole address."),
    ):
        page = visit(link, {**PERSON, **answers})
        assert (page.status, told in page.text) == (422, True)
    assert client.v1.accounts.retrieve(account.id).details_submitted is False


def test_an_express_account_hides_who_is_behind_it(client: stripe.StripeClient) -> None:
    account = onboarded_account(client)
    assert "individual" not in account
    assert "company" not in account
    with pytest.raises(stripe.InvalidRequestError, match="Stripe collects"):
        client.v1.accounts.update(account.id, {"individual": {"id_number": "000000000"}})


def test_a_number_that_is_missing_is_due_later_and_asked_for_where_the_link_says_so(
    client: stripe.StripeClient,
) -> None:
    account = onboarded(client, tax_id="")
    assert (account.payouts_enabled, account.requirements.currently_due) == (True, [])
    assert account.requirements.eventually_due == ["individual.id_number"]
    link = client.v1.account_links.create(
        {
            "account": account.id,
            "type": "account_onboarding",
            "return_url": "http://127.0.0.1:9/back",
            "refresh_url": "http://127.0.0.1:9/again",
            "collection_options": {"fields": "eventually_due"},
        }
    ).url
    page = visit(link, {**PERSON, "tax_id": ""})
    assert (page.status, "Enter a tax number." in page.text) == (422, True)
    assert visit(link, PERSON).status == 303
    assert client.v1.accounts.retrieve(account.id).requirements.eventually_due == []


def test_a_number_that_cannot_be_verified_restricts_the_account_until_another_is_given(
    client: stripe.StripeClient, receiver: Receiver
) -> None:
    account = onboarded(client, tax_id="111111111")
    assert (account.details_submitted, account.payouts_enabled, account.capabilities.transfers) == (
        True,
        False,
        "inactive",
    )
    assert account.requirements.disabled_reason == "requirements.past_due"
    assert account.requirements.currently_due == ["individual.verification.document"]
    error: Any = account.requirements.errors[0]
    assert (error.code, error.requirement) == (
        "verification_failed_keyed_identity",
        "individual.verification.document",
    )
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.transfers.create({"amount": 100, "currency": "usd", "destination": account.id})
    assert refused.value.code == "insufficient_capabilities_for_transfer"
    after = client.v1.accounts.update(account.id, {"individual": {"id_number": "000000000"}})
    assert (after.payouts_enabled, after.capabilities.transfers) == (True, "active")
    assert (after.requirements.currently_due, after.requirements.disabled_reason) == ([], None)
    event = receiver.wait_for("capability.updated", "transfers")
    assert event.data.object.object == "capability"


def test_a_rejected_account_stays_closed(client: stripe.StripeClient) -> None:
    account = onboarded(client)
    rejected = client.v1.accounts.reject(account.id, {"reason": "fraud"})
    assert (rejected.requirements.disabled_reason, rejected.payouts_enabled) == ("rejected.fraud", False)
    again = client.v1.accounts.update(account.id, {"individual": {"id_number": "000000000"}})
    assert again.payouts_enabled is False
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.accounts.reject(account.id, {"reason": "no reason"})  # type: ignore[typeddict-item]


def test_what_the_public_may_know_can_be_set(client: stripe.StripeClient) -> None:
    params: Any = {
        **OURS,
        "business_profile": {"support_phone": "+1 555 0123", "support_address": {"line1": "9 Quay", "city": "Cork"}},
    }
    account = client.v1.accounts.create(params)
    profile: Any = account.business_profile
    assert (profile.support_phone, profile.support_address.line1) == ("+1 555 0123", "9 Quay")
