"""What the racing processes call."""

from uuid import UUID

from billing.services import grant_credits, mature_sales, release_credits, reserve_credits, settle_credits
from marketplace.accounts.models import User
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
