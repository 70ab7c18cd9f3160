"""What is not the artist's in a part of a sale: the platform's fee, tax, and what goes on to others."""

from uuid import UUID

from django.db.models import Sum

from billing.models import Account, AccountKind, Sale
from billing.services.ledger import account_of
from marketplace.core.money import split_by_largest_remainder, split_steadily


def deducted_in(sale: Sale, amount_minor: int) -> int:
    """What is not the artist's in the next ``amount_minor`` that leave a sale, by a refund or a dispute.

    What of it has left is the share of all that has left, rounded once (largest remainder), so that parts add up to
    the whole to the last unit.
    """
    if not sale.gross_minor:
        return 0
    gone = sale.refunded_minor + sale.disputed_minor
    deducted_gone = sale.deducted_refunded_minor + sale.disputed_minor - sale.held_minor
    left = sale.gross_minor - gone - amount_minor
    return split_by_largest_remainder(sale.deducted_minor, [left, gone + amount_minor])[1] - deducted_gone


def take_back_deducted(sale: Sale, amount_minor: int, deducted_minor: int) -> list[tuple[Account, int]]:
    """Entries that take ``deducted_minor``, what is not the artist's in ``amount_minor`` of a sale, from who has it.

    So much is gone for good now, which is noted on the locked row.
    Tax and royalties go in proportion to all that is gone, each rounded once; the platform's fee is the rest, so that
    in a part of a sale it can be a unit beside its own proportion.
    """
    sale.refunded_minor += amount_minor
    sale.deducted_refunded_minor += deducted_minor
    tax = gone_of(sale.tax_minor, sale) - sale.tax_refunded_minor
    sale.tax_refunded_minor += tax
    royalties = _royalties_to_take_back(sale) if sale.royalty_minor else 0
    entries = [(account_of(AccountKind.PLATFORM_FEES, sale.currency), tax + royalties - deducted_minor)]
    if tax:
        entries.append((account_of(AccountKind.TAX_COLLECTED, sale.currency), -tax))
    if royalties:
        entries.append((account_of(AccountKind.ROYALTIES_DUE, sale.currency), -royalties))
    return entries


def rounded_anew(sale: Sale) -> int:
    """By how much the platform gives back more (below zero: less) than so far, once nothing of a sale is disputed.

    What went back while a dispute was open was rounded together with what it held. Without this, the last unit would
    depend on what was heard of first. Noted on the locked row; the caller posts it.
    """
    if sale.disputed_minor:
        return 0
    more = gone_of(sale.deducted_minor, sale) - sale.deducted_refunded_minor
    sale.deducted_refunded_minor += more
    return more


def gone_of(amount_minor: int, sale: Sale) -> int:
    """What of an amount that belongs to the whole of a sale is gone with what of it went back (largest remainder)."""
    if sale.state == Sale.State.REFUNDED:
        return amount_minor
    if not sale.refunded_minor:
        return 0
    there = sale.gross_minor - sale.refunded_minor
    return split_by_largest_remainder(amount_minor, [there, sale.refunded_minor])[1]


def royalties_gone(sale: Sale) -> dict[UUID, int]:
    """What each row of a sale's royalties has given back once what is noted on ``sale`` is gone, by the rows' ids."""
    return _by_row(sale, gone_of(sale.royalty_minor, sale))


def royalties_touched(sale: Sale) -> dict[UUID, int]:
    """The same of what is gone or disputed: never less than what is gone."""
    return _by_row(sale, touched_of(sale.royalty_minor, sale))


def _by_row(sale: Sale, amount_minor: int) -> dict[UUID, int]:
    """Rounded once for all of them together, so that many small shares do not add up to units that nobody was paid."""
    parts = list(sale.parts.filter(kind=Sale.Kind.ROYALTY).order_by("artist_id").values_list("pk", "gross_minor"))
    amounts = split_steadily(amount_minor, [gross for _pk, gross in parts])
    return {pk: amount for (pk, _gross), amount in zip(parts, amounts, strict=True)}


def touched_of(amount_minor: int, sale: Sale) -> int:
    """The same of what is gone or disputed: never less than what is gone."""
    touched = sale.refunded_minor + sale.disputed_minor
    if sale.state == Sale.State.REFUNDED:
        return amount_minor
    if not touched:
        return 0
    return split_by_largest_remainder(amount_minor, [sale.gross_minor - touched, touched])[1]


def fee_gone_of(amount_minor: int, sale: Sale) -> int:
    """What of an amount that was paid out of the platform's fee in a sale is gone with what of the fee went back.

    In proportion to the fee, not to the price: what is left of it is then never less than what is left of the amount.
    """
    if sale.state == Sale.State.REFUNDED:
        return amount_minor
    fee = sale.fee.amount_minor
    gone = sale.deducted_refunded_minor - sale.tax_refunded_minor - gone_of(sale.royalty_minor, sale)
    gone = min(fee, max(0, gone))  # beside tax, it can be a unit outside (`take_back_deducted`)
    return split_by_largest_remainder(amount_minor, [fee - gone, gone])[1] if fee else 0


def deducted_at(sale: Sale, gone_minor: int) -> int:
    """What is not the artist's in ``gone_minor`` of a sale (largest remainder)."""
    if not sale.gross_minor:
        return 0
    return split_by_largest_remainder(sale.deducted_minor, [sale.gross_minor - gone_minor, gone_minor])[1]


def _royalties_to_take_back(sale: Sale) -> int:
    """What those who had royalties of it give back after this: their rows follow in the same transaction."""
    before = sale.parts.filter(kind=Sale.Kind.ROYALTY).aggregate(total=Sum("refunded_minor"))["total"]
    return sum(royalties_gone(sale).values()) - int(before or 0)
