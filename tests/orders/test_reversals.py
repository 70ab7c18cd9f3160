"""Taking back what cost nothing: the licence ends and the platform's money comes back, by an administrator alone."""

from dataclasses import replace

import pytest
from django.core import mail

from billing.checks import ledger_figures
from billing.models import AccountKind, Sale
from billing.selectors import artist_balance, balance_of
from billing.services.ledger import account_of
from marketplace.accounts.models import User
from marketplace.core.errors import NotAllowed
from marketplace.licensing.models import LicenceEnding
from marketplace.orders import letters
from marketplace.orders.errors import ReversalNotPossible
from marketplace.orders.models import DiscountCode, Order
from marketplace.orders.services.reversals import reverse_free_order
from tests.factories.accounts import UserFactory
from tests.factories.licensing import work_on_sale
from tests.orders.baskets import basket_of, claimed, paid, usd

pytestmark = pytest.mark.django_db


@pytest.fixture
def head() -> User:
    return User.objects.create_superuser("head@example.org", "x")


@pytest.fixture
def free() -> Order:
    DiscountCode.objects.create(code="FREE", amount_minor=5000, currency="USD")
    order = paid(claimed(replace(basket_of(work_on_sale(), work_on_sale()), code="FREE")))
    assert (order.state, order.total) == ("paid", usd(0))
    return order


def test_licences_end_and_the_promotion_comes_back(free, head):
    artists = [line.work.artist for line in free.lines.all()]
    assert [artist_balance(artist).pending for artist in artists] == [usd(1080)] * 2
    assert len(reverse_free_order(administrator=head, order_id=free.pk, because="It was not theirs.")) == 2
    assert [artist_balance(artist).pending for artist in artists] == [usd(0)] * 2
    assert balance_of(account_of(AccountKind.PROMOTIONAL_COST, "USD")).amount_minor == 0
    assert balance_of(account_of(AccountKind.PLATFORM_FEES, "USD")).amount_minor == 0
    assert set(Sale.objects.values_list("state", flat=True)) == {"refunded"}
    assert set(LicenceEnding.objects.values_list("reason", "note")) == {("reversed", "It was not theirs.")}
    with pytest.raises(ReversalNotPossible):
        reverse_free_order(administrator=head, order_id=free.pk, because="Again.")
    assert not [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]
    letters.write_about_reversal(order_id=free.pk)
    (letter,) = mail.outbox
    assert letter.to == [free.buyer.email]
    assert "It was not theirs." in letter.body


def test_not_by_others_nor_in_ones_own_cause(free, head):
    seller = free.lines.first().work.artist.user
    User.objects.filter(pk=seller.pk).update(is_superuser=True, is_staff=True)
    for person in (free.buyer, UserFactory(is_staff=True), User.objects.get(pk=seller.pk)):
        with pytest.raises(NotAllowed):
            reverse_free_order(administrator=person, order_id=free.pk, because="Because.")
    with pytest.raises(ReversalNotPossible):
        reverse_free_order(administrator=head, order_id=free.pk, because="  ")
    assert not LicenceEnding.objects.exists()


def test_what_was_paid_for_is_refunded_instead(head):
    order = paid(claimed(basket_of(work_on_sale())))
    with pytest.raises(ReversalNotPossible):
        reverse_free_order(administrator=head, order_id=order.pk, because="Because.")
    assert not LicenceEnding.objects.exists()


def test_at_the_desk_with_a_confirmation(free, head, client):
    page, there = f"/admin/orders/order/{free.pk}/change/", f"/admin/orders/order/{free.pk}/reverse/"
    client.force_login(UserFactory(is_staff=True))
    assert client.post(there, {"because": "x", "is_sure": "on"}).status_code == 403
    client.force_login(head)
    assert there in client.get(page).text
    assert "paid nothing for these" in client.get(there).text
    client.post(there, {"because": "It was not theirs."})
    assert not LicenceEnding.objects.exists(), "nobody said to be sure"
    assert client.post(there, {"because": "It was not theirs.", "is_sure": "on"}).url == page
    assert LicenceEnding.objects.count() == 2
    assert there not in client.get(page).text
    assert client.post(there, {"because": "Again.", "is_sure": "on"}).status_code == 409
