"""What the racing processes call."""

import random
from uuid import UUID

from billing.errors import InsufficientCredits
from billing.services import grant_credits, mature_sales, release_credits, reserve_credits, settle_credits
from marketplace.accounts.models import User


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
