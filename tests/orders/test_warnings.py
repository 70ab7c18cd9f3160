"""A bank's early fraud warning: held orders are refused, delivered ones refunded or looked at, each once."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission

from billing.errors import ObjectNotKnownYet
from billing.gateway import FraudWarning
from marketplace.core.money import Money
from marketplace.orders.models import Order, RefundRequest
from marketplace.orders.services import ask_refund
from marketplace.orders.services.holding import settle_held
from marketplace.orders.services.warnings import give_back_all, note_warning
from marketplace.risk.models import Decision, Verdict
from marketplace.risk.services import decide
from tests.factories.accounts import UserFactory
from tests.factories.licensing import work_on_sale
from tests.orders.baskets import basket_of, claimed, paid
from tests.orders.test_holding import suspicious

pytestmark = pytest.mark.django_db


def warning_of(order: Order) -> FraudWarning:
    return FraudWarning("issfr_1", "unauthorized_use_of_card", "ch_1", order.payment_intent_id, True)


@pytest.fixture
def order() -> Order:
    return paid(claimed(basket_of(work_on_sale(), work_on_sale())))


def requests(order: Order) -> list[tuple[str, str, int]]:
    found = RefundRequest.objects.filter(line__order=order).order_by("created_at")
    return list(found.values_list("reason", "state", "granted_minor"))


def clerk():
    made = UserFactory(is_staff=True)
    made.user_permissions.add(Permission.objects.get(codename="add_decision", content_type__app_label="risk"))
    return type(made).objects.get(pk=made.pk)


def test_by_default_a_person_looks_and_a_refusal_gives_everything_back(order):
    for _ in range(2):
        note_warning(order_id=order.pk, warning=warning_of(order))
    verdict = Verdict.objects.get(kind="warning")
    assert (verdict.outcome, verdict.person, verdict.facts["type"]) == ("hold", order.buyer, "unauthorized_use_of_card")
    assert requests(order) == []
    decide(decider=clerk(), verdict_id=verdict.pk, approves=False, reason="The card was new.")
    for _ in range(2):
        give_back_all(order_id=order.pk)
    assert requests(order) == [("bank_warned", "granted", 1200)] * 2


def test_approved_changes_nothing(order, monkeypatch):
    note_warning(order_id=order.pk, warning=warning_of(order))
    decide(decider=clerk(), verdict_id=Verdict.objects.get(kind="warning").pk, approves=True, reason="She called us.")
    assert requests(order) == []


def test_by_configuration_it_goes_back_at_once_and_answers_what_was_asked(order, settings):
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"fraud_warning": "refund"})
    ask_refund(buyer=order.buyer, line_id=order.lines.order_by("pk").first().pk, reason="other")
    for _ in range(2):
        note_warning(order_id=order.pk, warning=warning_of(order))
    assert sorted(requests(order)) == [
        ("bank_warned", "granted", 1200),
        ("bank_warned", "granted", 1200),
        ("other", "withdrawn", 0),
    ]
    assert not Verdict.objects.filter(kind="warning").exists()


def test_a_held_order_is_refused_by_it():
    order = paid(claimed(basket_of(work_on_sale()), buyer=suspicious()))
    for _ in range(2):
        note_warning(order_id=order.pk, warning=warning_of(order))
    assert "unauthorized_use_of_card" in Decision.objects.get().reason
    settle_held(order_id=order.pk)
    order.refresh_from_db()
    assert order.state == Order.State.REFUND_DUE


def test_of_an_order_that_was_approved_and_is_not_settled_yet_the_warning_is_not_lost(settings):
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"fraud_warning": "refund"})
    order = paid(claimed(basket_of(work_on_sale()), buyer=suspicious()))
    decide(decider=clerk(), verdict_id=Verdict.objects.get().pk, approves=True, reason="She called us.")
    with pytest.raises(ObjectNotKnownYet):
        note_warning(order_id=order.pk, warning=warning_of(order))
    settle_held(order_id=order.pk)
    note_warning(order_id=order.pk, warning=warning_of(order))
    assert requests(order) == [("bank_warned", "granted", 1200)]


def test_before_its_payment_is_handled_it_is_tried_again():
    order = claimed(basket_of(work_on_sale()))
    for order_id in (order.pk, uuid4()):
        with pytest.raises(ObjectNotKnownYet):
            note_warning(order_id=order_id, warning=warning_of(order))
    assert not Verdict.objects.exists()


def test_an_order_that_was_refused_needs_nothing():
    order = paid(claimed(basket_of(work_on_sale())), Money(1, "USD"))
    note_warning(order_id=order.pk, warning=warning_of(order))
    assert (requests(order), Verdict.objects.count()) == ([], 0)
