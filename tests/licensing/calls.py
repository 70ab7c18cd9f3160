"""What racing processes call; each runs in a transaction of its own."""

from datetime import timedelta

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.core.clock import now
from marketplace.licensing.models import LicenceOffer
from marketplace.licensing.services import grant_licence, hold_exclusive


def hold(n: int, *, work: str) -> None:
    """Ask for a hold in the name of the n-th order."""
    hold_exclusive(work=Work.objects.get(pk=work), holder_ref=f"order:{n}", until=now() + timedelta(minutes=30))


def buy(n: int, *, offers: list[str], holder: str, line: str = "") -> None:
    """Grant one of the offers, in turn, to ``holder``; each call a line of its own unless ``line`` says one."""
    offer = LicenceOffer.objects.select_related("terms", "work").get(pk=offers[n % len(offers)])
    grant_licence(
        offer=offer,
        version=offer.work.versions.get(),
        holder=User.objects.get(pk=holder),
        order_line_ref=line or f"order_line:{n}",
        price=offer.price,
    )
