"""Comparing the ledger with Stripe's books: movements copied, fees posted, every difference named.

A payment, refund, transfer or payout is known on both sides by Stripe's id. The ledger's side is what its entries say
of the money at Stripe; Stripe's side is the sum of its balance transactions, before fees. Fees, and payouts to the
shop's own bank, are Stripe's to say: they are posted from its books.
"""

from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from billing import gateway
from billing.models import AccountKind, Dispute, LedgerDifference, Reason, Reconciliation, StripeMovement, Transaction
from billing.services.ledger import account_of, post
from marketplace.core.clock import now
from marketplace.core.money import EXPONENTS

Kind = LedgerDifference.Kind
# What one side knows and the other does not yet is no difference for so long.
GRACE = timedelta(hours=1)
# Refunds and disputes come weeks after the payment, each under an id of its own; what is older was compared before.
WINDOW = timedelta(days=40)
_OVERLAP = timedelta(days=2)
# Movements that are Stripe's own charges (Connect, Billing, Radar, exchange), beside the fee of each payment.
_CHARGES = ("stripe_fee", "stripe_fx_fee", "tax_fee")

_BOTH_SIDES = """
    WITH ledger AS (
        SELECT t.stripe_ref AS ref, a.currency, -sum(e.amount_minor) AS total, max(t.created_at) AS latest
        FROM billing_transaction t
        JOIN billing_entry e ON e.transaction_id = t.id
        JOIN billing_account a ON a.id = e.account_id AND a.kind = 'cash_at_stripe'
        WHERE t.stripe_ref <> '' AND t.stripe_ref IN (
            SELECT stripe_ref FROM billing_transaction WHERE stripe_ref <> '' AND created_at >= %(since)s
            UNION SELECT ref FROM billing_stripemovement WHERE created >= %(since)s
            UNION SELECT ref FROM billing_ledgerdifference WHERE agreed_at IS NULL)
        GROUP BY 1, 2),
    books AS (
        SELECT ref, currency, sum(amount_minor) AS total, max(created) AS latest
        FROM billing_stripemovement
        WHERE ref IN (
            SELECT ref FROM billing_stripemovement WHERE created >= %(since)s
            UNION SELECT stripe_ref FROM billing_transaction WHERE stripe_ref <> '' AND created_at >= %(since)s
            UNION SELECT ref FROM billing_ledgerdifference WHERE agreed_at IS NULL)
        GROUP BY 1, 2)
    SELECT ref, currency, coalesce(ledger.total, 0), coalesce(books.total, 0), ledger.ref IS NULL, books.ref IS NULL,
           greatest(ledger.latest, books.latest)
    FROM ledger FULL JOIN books USING (ref, currency)
"""


def reconcile(*, since: datetime | None = None, grace: timedelta = GRACE) -> Reconciliation:
    """Copy what is new in Stripe's books, post its fees, compare, and write down every difference.

    Compared is what either side knows since ``since`` (by default WINDOW ago), and what differed before.

    May run twice at once and after a crash: movements are copied once by their ids, fees posted once by theirs. Raises
    the gateway's errors; what was copied before stays.
    """
    began = now()
    since = max(since or began - WINDOW, _first_with_stripes_id() or began)
    copied = copy_movements()
    post_what_stripe_says()
    compared, differences = _compare(since=since, before=began - grace)
    return Reconciliation.objects.create(
        began_at=began,
        ended_at=now(),
        since=since,
        movements_new=copied,
        refs_compared=compared,
        differences=differences,
    )


def _first_with_stripes_id() -> datetime | None:
    """Since when ledger transactions carry Stripe's ids: what happened before cannot be compared."""
    first = Transaction.objects.exclude(stripe_ref="").order_by("created_at").first()
    # Stripe's moment of the same payment is a little earlier than ours.
    return first.created_at - GRACE if first is not None else None


def copy_movements() -> int:
    """Copy balance transactions that are not here yet; answers how many.

    Stripe lists the newest first. What is new is read to its end before anything is written, and then written oldest
    first: whatever breaks, nothing older is missing below the newest that is here.
    """
    newest = StripeMovement.objects.order_by("-created").values_list("created", flat=True).first()
    # Stripe lists by the moment of creation; a little before the newest is read again, for those that were late.
    since = newest - _OVERLAP if newest is not None else datetime.fromtimestamp(0, tz=UTC)
    known = set(StripeMovement.objects.filter(created__gte=since).values_list("id", flat=True))
    found = [movement for movement in gateway.movements(since=since) if movement.id not in known]
    copied = 0
    for movement in reversed(found):
        _, is_new = StripeMovement.objects.get_or_create(
            id=movement.id,
            defaults={
                "type": movement.type,
                "ref": movement.ref,
                "amount_minor": movement.amount_minor,
                "fee_minor": movement.fee_minor,
                "currency": movement.currency,
                "created": movement.created,
                "available_on": movement.available_on,
                "description": movement.description[:300],
            },
        )
        copied += is_new
    return copied


def post_what_stripe_says() -> int:
    """Post fees and payouts to the shop's bank that are not in the ledger yet; answers how many.

    What is in a currency that the shop does not trade in is no entry of its ledger; the comparison names it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT m.id FROM billing_stripemovement m
               WHERE (m.fee_minor <> 0 OR m.type LIKE 'payout%%' OR m.type = ANY(%s))
                 AND m.currency = ANY(%s) AND NOT EXISTS (
                   SELECT 1 FROM billing_transaction t WHERE t.object_ref = 'movement:' || m.id)""",
            [list(_CHARGES), list(EXPONENTS)],
        )
        waiting = [movement_id for (movement_id,) in cursor.fetchall()]
    for movement in StripeMovement.objects.filter(id__in=waiting).order_by("created", "id"):
        _post(movement)
    return len(waiting)


@transaction.atomic
def _post(movement: StripeMovement) -> None:
    cash = account_of(AccountKind.CASH_AT_STRIPE, movement.currency)
    if movement.fee_minor:
        fees = account_of(AccountKind.STRIPE_FEES, movement.currency)
        post(
            object_ref=f"movement:{movement.id}",
            effect="fee",
            reason=Reason.STRIPE_FEE,
            entries=[(cash, movement.fee_minor), (fees, -movement.fee_minor)],
        )
    if movement.type in _CHARGES:
        fees = account_of(AccountKind.STRIPE_FEES, movement.currency)
        post(
            object_ref=f"movement:{movement.id}",
            effect="charged",
            reason=Reason.STRIPE_FEE,
            entries=[(cash, -movement.amount_minor), (fees, movement.amount_minor)],
            stripe_ref=movement.ref,
        )
    if movement.type.startswith("payout"):
        bank = account_of(AccountKind.CASH_AT_BANK, movement.currency)
        post(
            object_ref=f"movement:{movement.id}",
            effect="bank",
            reason=Reason.BANK,
            entries=[(cash, -movement.amount_minor), (bank, movement.amount_minor)],
            stripe_ref=movement.ref,
        )


def _is_reinstated(ref: str, more_at_stripe: int) -> bool:
    """Whether a dispute that was lost has brought its money back after all. Nothing books it by itself: licences have
    ended since, and the buyer may have her money.
    """
    lost = Dispute.objects.filter(pk=ref, outcome=Dispute.Outcome.LOST, amount_minor=more_at_stripe)
    return more_at_stripe > 0 and lost.exists()


@transaction.atomic
def _compare(*, since: datetime, before: datetime) -> tuple[int, int]:
    """(how many ids were compared, how many differ). One comparison at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('billing.reconcile'))")
        cursor.execute(_BOTH_SIDES, {"since": since})
        rows = cursor.fetchall()
    still_open: set[tuple[str, str]] = set()
    not_judged: set[tuple[str, str]] = set()
    for ref, currency, ledger, books, is_not_in_ledger, is_not_at_stripe, happened_at in rows:
        if ledger == books:
            continue
        if happened_at > before:
            not_judged.add((ref, currency))  # no difference yet, but what differed before is not agreed by it either
            continue
        kind = Kind.AMOUNTS_DIFFER
        if currency not in EXPONENTS:
            kind = Kind.NOT_TRADED
        elif is_not_in_ledger:
            kind = Kind.NOT_IN_LEDGER
        elif is_not_at_stripe:
            kind = Kind.NOT_AT_STRIPE
        elif _is_reinstated(ref, books - ledger):
            kind = Kind.REINSTATED
        still_open.add((ref, currency))
        LedgerDifference.objects.update_or_create(
            ref=ref,
            currency=currency,
            agreed_at=None,
            defaults={"kind": kind, "ledger_minor": ledger, "stripe_minor": books, "happened_at": happened_at},
            create_defaults={
                "kind": kind,
                "ledger_minor": ledger,
                "stripe_minor": books,
                "happened_at": happened_at,
                "found_at": now(),
            },
        )
    for difference in LedgerDifference.objects.filter(agreed_at=None):
        known = (difference.ref, difference.currency)
        if known in not_judged:
            still_open.add(known)
        elif known not in still_open:
            LedgerDifference.objects.filter(pk=difference.pk, agreed_at=None).update(agreed_at=now())
    return len(rows), len(still_open)
