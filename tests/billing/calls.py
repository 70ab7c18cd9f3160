"""What the racing processes call."""

import random
from datetime import datetime
from uuid import UUID

from billing.errors import InsufficientCredits
from billing.services import (
    change_plan,
    end_overdue_benefits,
    grant_credits,
    grant_due_months,
    mature_sales,
    pay_out_due,
    pay_out_now,
    record_refund,
    release_credits,
    release_reserves,
    reserve_credits,
    settle_credits,
    top_up,
)
from marketplace.accounts.models import Artist, User
from marketplace.core.money import Money
from tests.factories.documents import invoice


def reserve_for_own_job(n: int, *, user: str, amount: int) -> None:
    reserve_credits(user=User.objects.get(pk=UUID(user)), amount=amount, object_ref=f"job:{n}")


def reserve_for_one_job(n: int, *, user: str, amount: int) -> None:
    reserve_credits(user=User.objects.get(pk=UUID(user)), amount=amount, object_ref="job:one")


def grant_one(n: int, *, user: str, amount: int) -> None:
    grant_credits(
        user=User.objects.get(pk=UUID(user)), amount=amount, reason="gift", object_ref="gift:one", effect="granted"
    )


def settle_or_release_one(n: int, *, amount: int) -> None:
    if n % 2:
        settle_credits(object_ref="job:one", amount=amount)
    else:
        release_credits(object_ref="job:one")


def reserve_then_settle(n: int, *, user: str) -> None:
    """A whole job: reserve 5, spend 3 of them."""
    reserve_credits(user=User.objects.get(pk=UUID(user)), amount=5, object_ref=f"job:{n}")
    settle_credits(object_ref=f"job:{n}", amount=3)


def mature(n: int) -> None:
    mature_sales()


def issue_own_invoices(n: int, *, user: str) -> None:
    """Five, each of an object of its own."""
    for place in range(5):
        invoice(User.objects.get(pk=UUID(user)), object_ref=f"order:{n}-{place}")


def issue_one_invoice(n: int, *, user: str) -> None:
    invoice(User.objects.get(pk=UUID(user)), object_ref="order:one")


def pay_out(n: int, *, artist: str) -> None:
    """The sweeper of one process, and the artist who asks in another."""
    if n % 2:
        pay_out_due()
    else:
        pay_out_now(artist=Artist.objects.get(pk=UUID(artist)), currency="USD")


def refund_or_release(n: int, *, lines: list[str]) -> None:
    """Refunds of every sale, in parts, beside releases of their reserves."""
    if n % 2:
        release_reserves()
        return
    for line in lines:
        record_refund(line_ref=line, amount=Money(500, "USD"), refund_ref=f"re_{line[-12:]}_{n}")


def grant_months_due(n: int, *, at: str) -> None:
    grant_due_months(at=datetime.fromisoformat(at))


def change_to_pro(n: int, *, user: str, at: str) -> None:
    change_plan(user=User.objects.get(pk=UUID(user)), plan_code="pro", interval="month", at=datetime.fromisoformat(at))


def end_benefits(n: int, *, at: str) -> None:
    end_overdue_benefits(at=datetime.fromisoformat(at))


def top_up_one(n: int, *, user: str) -> None:
    top_up(user_id=UUID(user))


def spend_until_refused(n: int, *, user: str, seed: int) -> None:
    """One job after another, each of up to five credits, of which some come back, until not one can be reserved."""
    chance = random.Random(seed + n)
    spender = User.objects.get(pk=UUID(user))
    most, job = 5, 0
    while most:
        reference, wanted = f"job:{n}:{job}", chance.randint(1, most)
        job += 1
        try:
            reserve_credits(user=spender, amount=wanted, object_ref=reference)
        except InsufficientCredits:
            most = wanted - 1
            continue
        spent = chance.randint(0, wanted)
        if spent:
            settle_credits(object_ref=reference, amount=spent)
        else:
            release_credits(object_ref=reference)
        most = 5
