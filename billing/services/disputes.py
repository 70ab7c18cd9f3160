"""Disputes in the ledger: the bank takes the payment, the artist's share waits in reserve, then comes back or is gone.

Everything follows from how a dispute stands at Stripe now, so that its events may come twice and in any order. A
payment is known by its id at Stripe, which the ledger's transactions carry: a sale's, a purchase of credits, or one
that bought nothing.
"""

from django.db import transaction
from django.db.models import Sum

from billing.documents.deferring import defer_credit_of_dispute
from billing.errors import ObjectNotKnownYet
from billing.gateway import Dispute as DisputeFacts
from billing.models import Account, AccountKind, Dispute, DisputedSale, Reason, Sale, Transaction
from billing.services.artist_money import given_to_artist, reserve_of, taken_from_artist
from billing.services.dependent_sales import settle_parts
from billing.services.dispute_claims import leave_to_others, take_what_it_claims, without
from billing.services.held_payments import is_hold_over
from billing.services.ledger import account_of, lock_available, lock_balance, lock_payment, post
from billing.services.payments_lost import taken_of_payment, taxed_revenue
from billing.services.shares import deducted_in, rounded_anew, take_back_deducted
from billing.signals import dispute_changed, dispute_closed, dispute_opened, sale_lost
from marketplace.core.clock import now
from marketplace.core.money import split_by_largest_remainder

Outcome = Dispute.Outcome
# Where the ledger keeps what each kind of payment brought.
# One that waited for a check has become something else since, or waits still: the last of these then.
_BROUGHT_TO = {
    Reason.REVENUE: AccountKind.CREDIT_SALES,
    Reason.UNUSED: AccountKind.REFUNDS_DUE,
    Reason.HELD: AccountKind.PAYMENTS_HELD,
}


def note_dispute(found: DisputeFacts) -> Dispute:
    """Write down how a dispute stands, and move in the ledger what it has moved at Stripe, each once.

    Raises ObjectNotKnownYet for a payment that is not in the ledger (its own event may come later), and for one that
    is lost while it still waits for a check: that the bank disputes it is written down, so that it is refused first.
    """
    row = _note(found)
    if found.status == "lost" and row.outcome == Outcome.OPEN:
        raise ObjectNotKnownYet(payment=row.payment_ref)
    return row


@transaction.atomic
def _note(found: DisputeFacts) -> Dispute:
    lock_payment(found.payment_intent_id)
    Dispute.objects.bulk_create([_row(found)], ignore_conflicts=True)
    row = Dispute.objects.select_for_update(no_key=True).get(pk=found.id)
    if row.outcome in {Outcome.WON, Outcome.LOST}:
        return row  # what was read at Stripe before the end, and comes here after it, says nothing any more
    row.status, row.evidence_due_by, row.reason = found.status, found.evidence_due_by, found.reason
    if found.is_withdrawn and row.outcome == Outcome.NONE:
        _open(row)
        row.outcome = Outcome.OPEN
        dispute_opened.send(sender=Dispute, dispute=row)
    if found.is_reinstated and row.outcome == Outcome.OPEN:
        _close(row, Reason.DISPUTE_WON)
        row.outcome, row.closed_at = Outcome.WON, now()
    elif found.status == "lost" and row.outcome == Outcome.OPEN and not _waits_for_a_check(row):
        _close(row, Reason.DISPUTE_LOST)
        row.outcome, row.closed_at = Outcome.LOST, now()
        defer_credit_of_dispute(row)
    row.save()
    dispute_changed.send(sender=Dispute, dispute=row)
    if row.outcome in {Outcome.WON, Outcome.LOST}:
        dispute_closed.send(sender=Dispute, dispute=row)
    return row


def _row(found: DisputeFacts) -> Dispute:
    return Dispute(
        id=found.id,
        payment_ref=found.payment_intent_id,
        reason=found.reason,
        status=found.status,
        amount_minor=found.amount.amount_minor,
        currency=found.amount.currency,
        opened_at=found.created,
    )


def _open(row: Dispute) -> None:
    sales = _sales_of(row)
    if sales:
        lock_available(sales)
        # By their prices, not by what is left of each: a refund of one may be heard of after the dispute, even after
        # its end, when another artist's part is decided. What a line has no longer is the shop's, in every order.
        amounts = split_by_largest_remainder(row.amount_minor, [sale.gross_minor for sale in sales])
        for sale, amount in zip(sales, amounts, strict=True):
            _hold(row, sale, amount)
    if left := _shops_part(row):
        cash = account_of(AccountKind.CASH_AT_STRIPE, row.currency)
        open_disputes = account_of(AccountKind.DISPUTES_OPEN, row.currency)
        # Not asked a second time whether it was a sale: one that is committed in this moment would be the shop's loss.
        # Raises ObjectNotKnownYet, so that nothing stays written, where the payment is not here.
        kind = AccountKind.DISPUTE_LOSSES if sales else _kind_of_other_payment(row)
        post(
            object_ref=f"dispute:{row.pk}",
            effect=f"opened:{kind}",
            reason=Reason.DISPUTED,
            entries=[(cash, left), (open_disputes, -left)],
            stripe_ref=row.pk,
        )


def _sales_of(row: Dispute) -> list[Sale]:
    sold = Transaction.objects.filter(stripe_ref=row.payment_ref, reason=Reason.SALE)
    lines = sold.values_list("object_ref", flat=True)
    return list(Sale.objects.filter(line_ref__in=lines).select_related("artist").order_by("artist_id", "pk"))


def _shops_part(row: Dispute) -> int:
    """What of a dispute no artist can be held to: all of a payment that was no sale, or what was refunded before."""
    held: int | None = row.sales.aggregate(total=Sum("amount_minor"))["total"]
    return row.amount_minor - (held or 0)


def _lost_by_shop(row: Dispute, left: int) -> list[tuple[Account, int]]:
    """Entries that take the shop's part of a lost dispute from where it is."""
    if _sales_of(row):
        return [(account_of(AccountKind.DISPUTE_LOSSES, row.currency), -left)]
    return taken_of_payment(row.payment_ref, _kind_of_other_payment(row), row.currency, left)


def _waits_for_a_check(row: Dispute) -> bool:
    """Whether its payment is neither a sale nor to be returned yet: which of them it becomes says whose loss it is."""
    return not _sales_of(row) and _kind_of_other_payment(row) == AccountKind.PAYMENTS_HELD


def _kind_of_other_payment(row: Dispute) -> AccountKind:
    found = Transaction.objects.filter(stripe_ref=row.payment_ref, reason__in=list(_BROUGHT_TO))
    reasons = set(found.values_list("reason", flat=True))
    kind = next((kind for reason, kind in _BROUGHT_TO.items() if reason in reasons), None)
    if kind is None or (kind == AccountKind.PAYMENTS_HELD and is_hold_over(row.payment_ref)):
        raise ObjectNotKnownYet(payment=row.payment_ref)
    return kind


def _hold(row: Dispute, sale: Sale, amount: int) -> None:
    """The bank's part of one sale: the artist's share goes from where it is into her reserve."""
    available = account_of(AccountKind.ARTIST_AVAILABLE, sale.currency, artist=sale.artist)
    lock_balance(available)
    sale = Sale.objects.select_for_update(no_key=True, of=("self",)).select_related("artist").get(pk=sale.pk)
    # What was refunded before cannot be taken a second time from the artist.
    claimed, amount = amount, min(amount, sale.left.amount_minor)
    # What an open dispute holds and what went back were rounded together: the next part can seem to have less than
    # nothing, until it is rounded anew.
    deducted = min(max(deducted_in(sale, amount), 0), amount)
    share = amount - deducted
    DisputedSale.objects.create(
        dispute=row, sale=sale, claimed_minor=claimed, amount_minor=amount, deducted_minor=deducted
    )
    if not amount:
        return
    post(
        object_ref=sale.line_ref,
        effect=f"disputed:{row.pk}",
        reason=Reason.DISPUTED,
        entries=[
            (account_of(AccountKind.CASH_AT_STRIPE, sale.currency), amount),
            (account_of(AccountKind.DISPUTES_OPEN, sale.currency), -amount),
            *taken_from_artist(sale, available, share),
            (reserve_of(sale), share),
        ],
        stripe_ref=row.pk,
    )
    sale.disputed_minor += amount
    sale.held_minor += share
    sale.save(update_fields=["disputed_minor", "held_minor"])
    settle_parts(sale, effect=f"disputed:{row.pk}", reason=Reason.DISPUTED)


def _close(row: Dispute, reason: Reason) -> None:
    parts = list(row.sales.select_related("sale__artist").order_by("sale__artist_id", "sale_id"))
    lock_available([part.sale for part in parts])
    for part in parts:
        (_win if reason == Reason.DISPUTE_WON else _lose)(row, part)
    left = _shops_part(row)
    if not left:
        return
    open_disputes = account_of(AccountKind.DISPUTES_OPEN, row.currency)
    is_won = reason == Reason.DISPUTE_WON
    taxed = None if is_won else taxed_revenue(row.payment_ref)
    cash = account_of(AccountKind.CASH_AT_STRIPE, row.currency)
    post(
        # The tax in it is looked for under the payment's own name, as that of refunds is.
        object_ref=f"dispute:{row.pk}" if taxed is None else taxed.object_ref,
        effect=("won" if is_won else "lost") if taxed is None else f"dispute_lost:{row.pk}",
        reason=reason,
        entries=[(open_disputes, left), *([(cash, -left)] if is_won else _lost_by_shop(row, left))],
        stripe_ref=row.pk if is_won else "",
    )


def _win(row: Dispute, part: DisputedSale) -> None:
    available = account_of(AccountKind.ARTIST_AVAILABLE, part.sale.currency, artist=part.sale.artist)
    lock_balance(available)
    sale = Sale.objects.select_for_update(no_key=True, of=("self",)).select_related("artist").get(pk=part.sale_id)
    part.refresh_from_db(fields=["amount_minor", "deducted_minor"])  # a refund may have taken some or all of it
    leave_to_others(part)
    if not part.amount_minor:
        return
    held = part.held_minor
    sale.disputed_minor -= part.amount_minor
    sale.held_minor -= held
    more = rounded_anew(sale)
    post(
        object_ref=sale.line_ref,
        effect=f"dispute_won:{row.pk}",
        reason=Reason.DISPUTE_WON,
        entries=[
            (account_of(AccountKind.CASH_AT_STRIPE, sale.currency), -part.amount_minor),
            (account_of(AccountKind.DISPUTES_OPEN, sale.currency), part.amount_minor),
            (reserve_of(sale), -held),
            (account_of(AccountKind.PLATFORM_FEES, sale.currency), -more),
            *given_to_artist(sale, available, held + more),
        ],
        stripe_ref=row.pk,
    )
    sale.save(update_fields=["disputed_minor", "held_minor", "deducted_refunded_minor"])
    settle_parts(sale, effect=f"dispute_won:{row.pk}", reason=Reason.DISPUTE_WON)


def _lose(row: Dispute, part: DisputedSale) -> None:
    available = account_of(AccountKind.ARTIST_AVAILABLE, part.sale.currency, artist=part.sale.artist)
    sale = Sale.objects.select_for_update(no_key=True, of=("self",)).select_related("artist").get(pk=part.sale_id)
    part.refresh_from_db(fields=["amount_minor", "deducted_minor"])
    take_what_it_claims(part)
    if not part.amount_minor:
        return
    taken_back = take_back_deducted(sale, part.amount_minor, part.deducted_minor)
    sale.disputed_minor -= part.amount_minor
    sale.held_minor -= part.held_minor
    more = rounded_anew(sale)
    post(
        object_ref=sale.line_ref,
        effect=f"dispute_lost:{row.pk}",
        reason=Reason.DISPUTE_LOST,
        entries=[
            (account_of(AccountKind.DISPUTES_OPEN, sale.currency), part.amount_minor),
            (reserve_of(sale), -part.held_minor),
            *taken_back,
            (account_of(AccountKind.PLATFORM_FEES, sale.currency), -more),
            *given_to_artist(sale, available, more),
        ],
    )
    if sale.refunded_minor == sale.gross_minor:
        sale.state = Sale.State.REFUNDED
    sale.refunded_at = now()
    sale.save()
    sale_lost.send(sender=Sale, sale=sale, dispute=row)


def give_up_hold(sale: Sale, available: Account, amount_minor: int, *, effect: str) -> int:
    """Let open disputes hold so much less of ``sale``, whose balance and row are locked; answers how much less it is.
    ``effect`` names it in the ledger.

    For a refund of which we hear after the dispute: what it gives back cannot be lost a second time by the artist. The
    dispute's part of it becomes the shop's, as if the refund had come first.
    """
    freed = shares = 0
    for part in DisputedSale.objects.filter(sale=sale, dispute__outcome=Outcome.OPEN).order_by("dispute_id"):
        amount = min(amount_minor - freed, part.amount_minor)
        if not amount:
            continue
        shares += amount - without(part, amount)
        part.save(update_fields=["amount_minor", "deducted_minor"])
        freed += amount
    if shares:  # of a few cents none may be hers
        post(
            object_ref=sale.line_ref,
            effect=effect,
            reason=Reason.DISPUTED,
            entries=[(reserve_of(sale), -shares), *given_to_artist(sale, available, shares)],
        )
    sale.disputed_minor -= freed
    sale.held_minor -= shares
    return freed


def lost_to_disputes(sale: Sale) -> int:
    """What of ``sale``'s price banks have kept for good, in minor units."""
    lost = DisputedSale.objects.filter(sale=sale, dispute__outcome=Outcome.LOST)
    return int(lost.aggregate(total=Sum("amount_minor"))["total"] or 0)
