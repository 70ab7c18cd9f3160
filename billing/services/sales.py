"""Sales in the ledger: recorded as pending, available after the holding time, but for a new artist's reserve."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from billing.errors import SaleDiffers
from billing.models import Account, AccountKind, Reason, Sale
from billing.selectors.benefits import fee_basis_points_of
from billing.services.debts import debt_of
from billing.services.ledger import account_of, lock_balance, post
from billing.services.reserves import keep_back, rolling_reserve_of
from billing.signals import sale_recorded
from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.core.clock import now
from marketplace.core.money import Money, share_of_basis_points


def platform_fee(gross: Money, artist: Artist) -> Money:
    """The platform's share of ``gross``, a price without tax, lower where the artist's plan says so; fee and rest add
    up to it (largest remainder).
    """
    share = share_of_basis_points(gross.amount_minor, fee_basis_points_of(artist.user_id))
    return Money(share, gross.currency)


@transaction.atomic
def record_sale(
    *,
    order_ref: str,
    line_ref: str,
    artist: Artist,
    gross: Money,
    fee: Money | None = None,
    tax: Money | None = None,
    royalties: Money | None = None,
    available_at: datetime | None = None,
    work: Work | None = None,
    payment_ref: str = "",
    kind: Sale.Kind = Sale.Kind.SALE,
    part_of: Sale | None = None,
) -> Sale:
    """Record that ``line_ref`` was paid, once; a repetition answers the first.

    ``payment_ref`` is Stripe's id of the payment. ``gross`` is all that was paid, of which ``tax`` (none by default) is
    owed to the authorities. ``fee`` and ``available_at`` default to the share by her plan of what is not tax, and to
    the configured holding time. Of the rest, ``royalties`` (none by default) are for others: `record_royalties` hands
    them on in the same transaction. ``kind`` and ``part_of``: see `dependent_sales`. Raises SaleDiffers where the line
    is recorded with another artist or amount.
    """
    nothing = Money(0, gross.currency)
    tax, royalties = tax or nothing, royalties or nothing
    asked_fee = fee
    fee = platform_fee(gross - tax, artist) if fee is None else fee
    net = gross - tax - fee - royalties
    if min(tax.amount_minor, fee.amount_minor, royalties.amount_minor, net.amount_minor) < 0:
        raise ValueError(f"tax {tax}, fee {fee} and royalties {royalties} do not fit into a sale of {gross}")
    due = available_at or now() + timedelta(days=settings.CONFIGURATION.payout_holding_days)
    made = Sale(
        order_ref=order_ref,
        line_ref=line_ref,
        artist=artist,
        work=work,
        kind=kind,
        part_of=part_of,
        gross_minor=gross.amount_minor,
        deducted_minor=(gross - net).amount_minor,
        tax_minor=tax.amount_minor,
        royalty_minor=royalties.amount_minor,
        currency=gross.currency,
        available_at=due,
    )
    Sale.objects.bulk_create([made], ignore_conflicts=True)
    sale = Sale.objects.get(line_ref=line_ref)
    if sale.id != made.id:
        # A repetition that names no fee is the same sale, also where the artist's plan has changed in the meantime.
        wanted = (artist.pk, gross, sale.fee if asked_fee is None else asked_fee)
        if (sale.artist_id, sale.gross, sale.fee) != wanted:
            raise SaleDiffers(line_ref=line_ref)
        return sale
    if gross.amount_minor:
        post(
            object_ref=line_ref,
            effect="sold",
            reason=sale.sold_because,
            entries=[
                (account_of(sale.paid_from, gross.currency), -gross.amount_minor),
                *_deducted(sale),
                (account_of(AccountKind.ARTIST_PENDING, gross.currency, artist=artist), net.amount_minor),
            ],
            stripe_ref=payment_ref,
        )
    if part_of is None:
        # A part is told with the sale that it belongs to.
        sale_recorded.send(sender=Sale, sale=sale)
    return sale


def _deducted(sale: Sale) -> list[tuple[Account, int]]:
    """Entries for what of a sale is not the artist's."""
    parts = (
        (AccountKind.PLATFORM_FEES, sale.fee),
        (AccountKind.TAX_COLLECTED, sale.tax),
        (AccountKind.ROYALTIES_DUE, sale.royalties),
    )
    return [(account_of(kind, part.currency), part.amount_minor) for kind, part in parts if part.amount_minor]


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
    net = Sale.objects.get(pk=due.pk).net_free.amount_minor
    if net:
        repaid = min(net, debt_of(due.artist, due.currency))
        kept = keep_back(due, net=net, at_most=net - repaid)
        debt = account_of(AccountKind.ARTIST_DEBT, due.currency, artist=due.artist)
        pending: Account = account_of(AccountKind.ARTIST_PENDING, due.currency, artist=due.artist)
        _made, is_new = post(
            object_ref=due.line_ref,
            effect="matured",
            reason=Reason.MATURED,
            entries=[
                (pending, -net),
                (debt, repaid),
                (rolling_reserve_of(due), kept),
                (available, net - repaid - kept),
            ],
        )
        if not is_new:
            raise AssertionError(f"sale {due.line_ref} matures a second time")
    return True
