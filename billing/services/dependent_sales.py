"""What comes with a sale: what the platform adds out of its own pocket, and what goes from it to others. Each is a row
beside the sale, and goes back as it does.
"""

from collections.abc import Mapping

from billing.models import AccountKind, Reason, Sale
from billing.services.artist_money import given_to_artist, reserve_of, taken_from_artist
from billing.services.ledger import account_of, post
from billing.services.sales import platform_fee, record_sale
from billing.services.shares import (
    deducted_at,
    fee_gone_of,
    gone_of,
    royalties_gone,
    royalties_touched,
    take_back_deducted,
    touched_of,
)
from marketplace.accounts.models import Artist
from marketplace.core.clock import now
from marketplace.core.money import Money


def record_promotion(*, sale: Sale, discount: Money, royalties: Money | None = None) -> Sale | None:
    """The platform pays the artist what its own code took off; once, None where nothing was taken off.

    Her share is that of the full price to the last unit: the fees of both rows add up to the fee of the full price.
    ``royalties``: see `record_sale`; `record_royalties` hands them on.
    """
    if not discount.amount_minor:
        return None
    return record_sale(
        order_ref=sale.order_ref,
        line_ref=f"promotion:{_number_of(sale)}",
        artist=sale.artist,
        gross=discount,
        fee=platform_fee(sale.taxable + discount, sale.artist) - sale.fee,
        royalties=royalties,
        available_at=sale.available_at,
        work=sale.work,
        kind=Sale.Kind.PROMOTION,
        part_of=sale,
    )


def record_referral(*, sale: Sale, affiliate: Artist, share: Money) -> Sale | None:
    """The platform gives ``share`` of its fee in a sale to whoever brought the buyer; once, None for nothing.

    It waits as long as the sale does. Raises ValueError for more than the fee.
    """
    if not share.amount_minor:
        return None
    if share.amount_minor > sale.fee.amount_minor:
        raise ValueError(f"{share} of a fee of {sale.fee}")
    return record_sale(
        order_ref=sale.order_ref,
        line_ref=f"referral:{_number_of(sale)}",
        artist=affiliate,
        gross=share,
        fee=Money(0, share.currency),
        available_at=sale.available_at,
        work=sale.work,
        kind=Sale.Kind.REFERRAL,
        part_of=sale,
    )


def record_royalties(*, sale: Sale, shares: Mapping[Artist, Money]) -> list[Sale]:
    """Hand what ``sale`` has for others on to them, each share once; those of nothing are left out.

    It waits as long as the sale does. Raises ValueError where the shares are not all of the sale's royalties, and
    where one is the seller's own.
    """
    total = sum(share.amount_minor for share in shares.values())
    if total != sale.royalty_minor or any(share.currency != sale.currency for share in shares.values()):
        raise ValueError(f"shares of {total} in royalties of {sale.royalties}")
    if sale.artist in shares:
        raise ValueError("what is the seller's own is no royalty")
    return [
        record_sale(
            order_ref=sale.order_ref,
            line_ref=f"royalty:{sale.pk}:{artist.pk}",
            artist=artist,
            gross=share,
            fee=Money(0, share.currency),
            available_at=sale.available_at,
            work=sale.work,
            kind=Sale.Kind.ROYALTY,
            part_of=sale,
        )
        for artist, share in sorted(shares.items(), key=lambda item: item[0].pk)
        if share.amount_minor
    ]


def settle_parts(sale: Sale, *, effect: str, reason: Reason) -> None:
    """What came with a sale follows it, in proportion: what of the sale is refunded or lost goes back to where it came
    from, what a dispute holds of it is held in its artist's reserve, and what is free again is hers again.

    ``effect`` names what happened to the sale, so that it counts once. The caller has locked the balances
    (`lock_available`) and the sale, and says here how it stands now.
    """
    parts = (
        Sale.objects.select_for_update(of=("self",), no_key=True)
        .filter(part_of=sale)
        .select_related("artist")
        .order_by("pk")
    )
    royalties = (royalties_gone(sale), royalties_touched(sale)) if sale.royalty_minor else ({}, {})
    for part in parts:
        if part.kind == Sale.Kind.ROYALTY:
            gone, touched = (each[part.pk] for each in royalties)
        elif part.kind == Sale.Kind.REFERRAL:
            gone = fee_gone_of(part.gross_minor, sale)
            touched = max(gone, touched_of(part.gross_minor, sale)) if sale.disputed_minor else gone
        else:
            gone, touched = gone_of(part.gross_minor, sale), touched_of(part.gross_minor, sale)
        is_all = sale.state == Sale.State.REFUNDED
        if _settle_part(part, gone, touched - gone, effect, reason, is_all=is_all) and part.royalty_minor:
            settle_parts(part, effect=effect, reason=reason)


def _settle_part(part: Sale, gone: int, disputed: int, effect: str, reason: Reason, *, is_all: bool) -> bool:
    """Answers whether anything changed. All is counted from the whole, so that rounding never adds up.

    ``is_all``: all of the sale that it came with is gone.
    """
    given = gone - part.refunded_minor
    if not given and disputed == part.disputed_minor:
        return False
    available = account_of(AccountKind.ARTIST_AVAILABLE, part.currency, artist=part.artist)
    deducted = deducted_at(part, gone) - part.deducted_refunded_minor
    held = disputed - (deducted_at(part, gone + disputed) - deducted_at(part, gone))
    more_held = held - part.held_minor
    taken = given - deducted + more_held
    taken_back = take_back_deducted(part, given, deducted) if given else []
    entries = [
        (account_of(part.paid_from, part.currency), given),
        *taken_back,
        (reserve_of(part), more_held),
        *(taken_from_artist(part, available, taken) if taken > 0 else given_to_artist(part, available, -taken)),
    ]
    if any(amount for _account, amount in entries):
        post(object_ref=part.line_ref, effect=effect, reason=reason, entries=entries)
    part.disputed_minor, part.held_minor = disputed, held
    if given:
        part.refunded_at = now()
        # Of a sale that is not all gone, a referral's last unit may come back (`take_back_deducted`).
        if part.refunded_minor == part.gross_minor and (part.kind != Sale.Kind.REFERRAL or is_all):
            part.state = Sale.State.REFUNDED
    part.save()
    return True


def _number_of(sale: Sale) -> str:
    """``order_line:<id>`` -> ``<id>``."""
    return sale.line_ref.partition(":")[2]
