"""Joining: one subscription, whatever is pressed how often, and what is refused."""

import pytest

from billing import gateway
from billing.gateway import StripeUnreachable
from marketplace.memberships.errors import JoiningElsewhere, MemberAlready, OwnMembership, TierNotOpen
from marketplace.memberships.models import MemberCustomer, Membership
from marketplace.memberships.selectors import membership_levels_of
from marketplace.memberships.services import close_tier, join
from tests.billing.processes import at_once
from tests.billing.subscribers import subscribe
from tests.factories.accounts import UserFactory
from tests.factories.memberships import member_in, offered_tier, price_of
from tests.memberships.members import WORDING, begin, join_and_pay, pay, subscriptions_of

pytestmark = pytest.mark.django_db(transaction=True)
STATE = Membership.State


def test_a_paid_checkout_makes_a_member(user, low, wait_for_event, run_jobs, mailoutbox):
    started = begin(user, low)
    assert membership_levels_of(user_id=user.pk) == {}
    pay(started.checkout_url)
    wait_for_event("invoice.paid")
    run_jobs()
    row = Membership.objects.get()
    assert (row.pk, row.state, row.user, row.artist) == (started.membership.pk, STATE.ACTIVE, user, low.artist)
    assert row.joined_at is not None
    assert (row.consent_wording, row.consented_at is not None) == (WORDING, True)
    assert membership_levels_of(user_id=user.pk) == {low.artist_id: 1}
    assert [letter.subject for letter in mailoutbox] == ["You are a member of Aoi"]
    assert "/memberships" in mailoutbox[0].body
    with pytest.raises(MemberAlready):
        begin(user, low)


@pytest.mark.parametrize("why", ["own", "closed", "old_price", "blocked"])
def test_who_cannot_join(low, user, why):
    price, person, error = price_of(low), user, TierNotOpen
    if why == "own":
        person, error = low.artist.user, OwnMembership
    elif why == "closed":
        close_tier(artist=low.artist, tier_id=low.pk)
    elif why == "old_price":
        price.is_current = False
        price.save()
    else:
        low.artist.user.is_active = False
        low.artist.user.save()
    with pytest.raises(error) as raised:
        join(user=person, price_id=price.pk, consent=WORDING)
    assert raised.value.way_out
    assert not Membership.objects.exists()


def test_a_second_tab_goes_on_with_the_same_checkout(user, low, wait_for_event):
    first, second = begin(user, low), begin(user, low)
    assert (first.membership.pk, first.checkout_url) == (second.membership.pk, second.checkout_url)
    pay(first.checkout_url)
    wait_for_event("invoice.paid")
    assert len(subscriptions_of(Membership.objects.get())) == 1


def test_another_tier_closes_the_first_checkout(user, low, high, wait_for_event):
    first, second = begin(user, low), begin(user, high)
    assert first.membership.pk != second.membership.pk
    assert gateway.retrieve_checkout(Membership.objects.get(pk=first.membership.pk).checkout_session_id).status == (
        "expired"
    )
    pay(second.checkout_url)
    wait_for_event("invoice.paid")
    assert membership_levels_of(user_id=user.pk) == {low.artist_id: 3}
    assert set(Membership.objects.values_list("state", flat=True)) == {STATE.INCOMPLETE_EXPIRED, STATE.ACTIVE}


def test_a_crash_before_stripes_answer_repeats_the_same_request(user, low, monkeypatch, wait_for_event):
    real = gateway.create_plan_checkout

    def dies_after_the_work(**more):
        real(**more)
        raise StripeUnreachable()

    monkeypatch.setattr(gateway, "create_plan_checkout", dies_after_the_work)
    with pytest.raises(StripeUnreachable):
        begin(user, low)
    row = Membership.objects.get()
    assert (row.state, row.checkout_session_id) == (STATE.STARTING, "")
    asked = []
    monkeypatch.setattr(gateway, "create_plan_checkout", lambda **more: asked.append(more) or real(**more))
    started = begin(user, low)
    assert started.membership.pk == row.pk
    assert [one["idempotency_key"] for one in asked] == [f"membership:{row.pk}"]
    pay(started.checkout_url)
    wait_for_event("invoice.paid")
    assert len(subscriptions_of(Membership.objects.get())) == 1


def test_a_checkout_that_expired_is_begun_anew(user, low, wait_for_event):
    first = begin(user, low)
    gateway.expire_checkout(Membership.objects.get().checkout_session_id)
    second = begin(user, low)
    assert second.membership.pk != first.membership.pk
    wait_for_event("checkout.session.expired")
    assert Membership.objects.get(pk=first.membership.pk).state == STATE.INCOMPLETE_EXPIRED
    assert Membership.objects.get(pk=second.membership.pk).state == STATE.STARTING


def test_a_paid_checkout_whose_news_is_not_here_is_not_paid_again(user, low):
    started = begin(user, low)
    pay(started.checkout_url)
    with pytest.raises(JoiningElsewhere, match="being processed"):
        begin(user, low)
    assert Membership.objects.get().state == STATE.STARTING


def test_eight_tabs_at_once_make_one_subscription(user, low, wait_for_event):
    codes = at_once(
        "tests.memberships.calls:join_tier",
        {"user": str(user.pk), "price": str(price_of(low).pk)},
        processes=4,
        threads=2,
    )
    assert set(codes) <= {"ok", JoiningElsewhere.code, "stripe_busy"}
    assert "ok" in codes
    row = Membership.objects.get()
    pay(gateway.retrieve_checkout(row.checkout_session_id).url)
    wait_for_event("invoice.paid")
    assert len(subscriptions_of(row)) == 1


def test_another_currency_than_the_plans_has_a_customer_of_its_own(user, artist, wait_for_event):
    subscribe(user, "studio")
    wait_for_event("invoice.paid")
    tier = offered_tier(artist, 1, 800, currency="JPY")
    join_and_pay(user, tier)
    wait_for_event("invoice.paid", count=2)
    assert membership_levels_of(user_id=user.pk) == {artist.pk: 1}
    row = Membership.objects.get()
    assert row.customer_id == MemberCustomer.objects.get(user=user, currency="JPY").stripe_customer_id
    assert row.customer_id != user.stripe_customer.stripe_customer_id
    (payment,) = row.payments.all()
    assert (payment.amount_minor, payment.currency, payment.sale.currency) == (800, "JPY", "JPY")


@pytest.mark.django_db
def test_levels_of_all_artists_are_one_query(django_assert_num_queries):
    person = UserFactory()
    tiers = [offered_tier(level=level) for level in (1, 2, 4)]
    for tier in tiers:
        member_in(tier, person)
        member_in(tier)
    with django_assert_num_queries(1):
        assert membership_levels_of(user_id=person.pk) == {tier.artist_id: tier.level for tier in tiers}
