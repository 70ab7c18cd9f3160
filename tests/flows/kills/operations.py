"""What the processes do that are killed."""

from __future__ import annotations

from uuid import UUID

from billing.services import pay_out_due, send_payout
from billing.webhooks import process_event, receive_event
from marketplace.accounts.models import User
from marketplace.licensing.models import LicenceOffer
from marketplace.orders.services import decide_refund, return_money, start_checkout
from tests.factories.orders import CONSENT


def press_buy(*, buyer: str, offer: str) -> None:
    start_checkout(buyer=User.objects.get(pk=buyer), offer=LicenceOffer.objects.get(pk=offer), consent=CONSENT)


def take_event_in(*, payload: str, signature: str) -> None:
    receive_event(payload=payload.encode(), signature=signature)


def handle_event(*, event: str) -> None:
    process_event(event)


def decide(*, request: str, decider: str) -> None:
    decide_refund(decider=User.objects.get(pk=decider), request_id=UUID(request), grants=True)


def give_money_back(*, request: str) -> None:
    return_money(request_id=UUID(request))


def begin_payouts() -> None:
    pay_out_due()


def pay_out(*, payout: str) -> None:
    send_payout(payout_id=payout)
