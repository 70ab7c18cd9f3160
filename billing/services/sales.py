"""Sales in the ledger: recorded as pending, available after the holding time, undone by a refund."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from billing.errors import SaleDiffers, SaleNotFound
from billing.models import Account, AccountKind, Reason, Sale
from billing.services.ledger import account_of, lock_balance, post
from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.core.clock import now
from marketplace.core.money import Money, share_of_basis_points


def platform_fee(gross: Money) -> Money:
    """The platform's share of one sale; fee and rest add up to ``gross`` (largest remainder)."""
    share = share_of_basis_points(gross.amount_minor, settings.CONFIGURATION.platform_fee_basis_points)
    return Money(share, gross.currency)


@transaction.atomic
def record_sale(
    *,
    order_ref: str,
    line_ref: str,
    artist: Artist,
    gross: Money,
    fee: Money | None = None,
    available_at: datetime | None = None,
    work: Work | None = None,
    payment_ref: str = "",
) -> Sale:
    """Record that ``line_ref`` was paid, once; a repetition answers the first.

    ``payment_ref`` is Stripe's id of the payment. ``fee`` and ``available_at`` default to the configured share and
    holding time. Raises SaleDiffers where the line is recorded with another artist or amount.
    """
    fee = platform_fee(gross) if fee is None else fee
    net = gross - fee
    if fee.amount_minor < 0 or net.amount_minor < 0:
        raise ValueError(f"a fee of {fee} does not fit into a sale of {gross}")
    due = available_at or now() + timedelta(days=settings.CONFIGURATION.payout_holding_days)
    made = Sale(
        order_ref=order_ref,
        line_ref=line_ref,
        artist=artist,
        work=work,
        gross_minor=gross.amount_minor,
        fee_minor=fee.amount_minor,
        currency=gross.currency,
        available_at=due,
    )
    Sale.objects.bulk_create([made], ignore_conflicts=True)
    sale = Sale.objects.get(line_ref=line_ref)
    if sale.id != made.id:
        if (sale.artist_id, sale.gross, sale.fee) != (artist.pk, gross, fee):
            raise SaleDiffers(line_ref=line_ref)
        return sale
    if gross.amount_minor:
        post(
            object_ref=line_ref,
            effect="sold",
            reason=Reason.SALE,
            entries=[
                (account_of(AccountKind.CASH_AT_STRIPE, gross.currency), -gross.amount_minor),
                (account_of(AccountKind.PLATFORM_FEES, gross.currency), fee.amount_minor),
                (account_of(AccountKind.ARTIST_PENDING, gross.currency, artist=artist), net.amount_minor),
            ],
            stripe_ref=payment_ref,
        )
    return sale


@transaction.atomic
def record_refund(*, line_ref: str, refund_ref: str = "") -> Sale:
    """Undo a sale whose buyer got all of it back, once; a repetition changes nothing. ``refund_ref`` is Stripe's id.

    What the artist has been paid out already becomes her debt, which her next sales repay. Raises
    SaleNotFound.
    """
    known = Sale.objects.filter(line_ref=line_ref).select_related("artist").first()
    if known is None:
        raise SaleNotFound(line_ref=line_ref)
    available = account_of(AccountKind.ARTIST_AVAILABLE, known.currency, artist=known.artist)
    balance = lock_balance(available)
    sale = Sale.objects.select_for_update(of=("self",)).select_related("artist").get(pk=known.pk)
    if sale.state == Sale.State.REFUNDED:
        return sale
    net = sale.net.amount_minor
    if sale.state == Sale.State.PENDING:
        taken = [(account_of(AccountKind.ARTIST_PENDING, sale.currency, artist=sale.artist), -net)]
    else:
        from_available = min(net, balance.amount_minor)
        debt = account_of(AccountKind.ARTIST_DEBT, sale.currency, artist=sale.artist)
        taken = [(available, -from_available), (debt, -(net - from_available))]
    if sale.gross_minor:
        post(
            object_ref=line_ref,
            effect="refunded",
            reason=Reason.REFUND,
            entries=[
                (account_of(AccountKind.CASH_AT_STRIPE, sale.currency), sale.gross_minor),
                (account_of(AccountKind.PLATFORM_FEES, sale.currency), -sale.fee_minor),
                *taken,
            ],
            stripe_ref=refund_ref,
        )
    sale.state = Sale.State.REFUNDED
    sale.refunded_at = now()
    sale.save(update_fields=["state", "refunded_at"])
    return sale


def mature_sales() -> int:
    """Make every sale whose holding time is over available to its artist; answers how many. May run twice
    at once.
    """
    due = Sale.objects.filter(state=Sale.State.PENDING, available_at__lte=now()).order_by("available_at")
    return sum(_mature(sale) for sale in due.select_related("artist").iterator())


@transaction.atomic
def _mature(due: Sale) -> bool:
    available = account_of(AccountKind.ARTIST_AVAILABLE, due.currency, artist=due.artist)
    lock_balance(available)
    claimed = Sale.objects.filter(pk=due.pk, state=Sale.State.PENDING).update(state=Sale.State.AVAILABLE)
    if not claimed:
        return False
    net = due.net.amount_minor
    if net:
        repaid = min(net, debt_of(due.artist, due.currency))
        debt = account_of(AccountKind.ARTIST_DEBT, due.currency, artist=due.artist)
        pending: Account = account_of(AccountKind.ARTIST_PENDING, due.currency, artist=due.artist)
        post(
            object_ref=due.line_ref,
            effect="matured",
            reason=Reason.MATURED,
            entries=[(pending, -net), (debt, repaid), (available, net - repaid)],
        )
    return True


def debt_of(artist: Artist, currency: str) -> int:
    """What ``artist`` owes after refunds, in minor units. Exact while her available balance is locked."""
    owed: int | None = Account.objects.filter(kind=AccountKind.ARTIST_DEBT, currency=currency, artist=artist).aggregate(
        owed=Sum("entries__amount_minor")
    )["owed"]
    return -(owed or 0)
