"""Every invariant of the ledger as a number: a fault is counted, sums are told. Reads only, in one snapshot."""

from dataclasses import dataclass

from django.db import connection, transaction


@dataclass(frozen=True, slots=True)
class Figure:
    """A named number; ``is_fault``: anything but zero breaks an invariant."""

    name: str
    value: int
    is_fault: bool


# name -> (faults are counted, not sums; SQL of one number)
_FAULTS = {
    "unbalanced_transactions": """
        SELECT count(*) FROM (
            SELECT 1 FROM billing_entry e JOIN billing_account a ON a.id = e.account_id
            GROUP BY e.transaction_id, a.currency HAVING sum(e.amount_minor) <> 0) AS faulty""",
    "transactions_with_other_entry_count": """
        SELECT count(*) FROM billing_transaction t
        WHERE t.entry_count <> (SELECT count(*) FROM billing_entry e WHERE e.transaction_id = t.id)""",
    "balances_that_differ_from_entries": """
        SELECT count(*) FROM billing_balance b WHERE b.amount_minor <>
            (SELECT coalesce(sum(e.amount_minor), 0) FROM billing_entry e WHERE e.account_id = b.account_id)""",
    "closings_that_differ_from_entries": """
        SELECT count(*) FROM billing_accountclosing c JOIN billing_ledgerclosing l ON l.id = c.closing_id
        WHERE c.id IN (SELECT max(id) FROM billing_accountclosing GROUP BY account_id) AND c.balance_minor <>
            (SELECT coalesce(sum(e.amount_minor), 0) FROM billing_entry e
             WHERE e.account_id = c.account_id AND e.id <= l.up_to_entry)""",
    "balances_below_zero": "SELECT count(*) FROM billing_balance WHERE amount_minor < 0",
    "accounts_with_floor_without_balance": """
        SELECT count(*) FROM billing_account a WHERE a.kind IN ('user_credits', 'artist_available')
        AND NOT EXISTS (SELECT 1 FROM billing_balance b WHERE b.account_id = a.id)""",
    "accounts_whose_lots_differ_from_balance": """
        SELECT count(*) FROM billing_balance b JOIN billing_account a ON a.id = b.account_id
        WHERE a.kind = 'user_credits' AND b.amount_minor <>
            (SELECT coalesce(sum(l.remaining), 0) FROM billing_creditlot l WHERE l.account_id = a.id)""",
    "lots_taken_back_other_than_ledger": """
        SELECT count(*) FROM billing_creditlot l WHERE l.taken_back <>
            (SELECT coalesce(sum(e.amount_minor), 0) FROM billing_transaction t
             JOIN billing_entry e ON e.transaction_id = t.id JOIN billing_account a ON a.id = e.account_id
             WHERE t.object_ref = 'lot:' || l.id AND t.reason = 'credits_back' AND a.kind = 'credits_issued')""",
    "refunded_credits_taken_back_above_what_is_due": """
        SELECT count(*) FROM billing_refundedcredits r WHERE r.due <
            (SELECT coalesce(sum(l.taken_back), 0) FROM billing_creditlot l
             JOIN billing_transaction t ON t.id = l.granted_by_id WHERE t.object_ref = r.object_ref)""",
    "people_whose_holds_differ_from_held": """
        SELECT count(*) FROM billing_account a WHERE a.kind = 'user_held' AND
            (SELECT coalesce(sum(e.amount_minor), 0) FROM billing_entry e WHERE e.account_id = a.id) <>
            (SELECT coalesce(sum(h.amount), 0) FROM billing_credithold h
             WHERE h.user_id = a.user_id AND h.state = 'open')""",
    "holds_whose_parts_differ": """
        SELECT count(*) FROM billing_credithold h WHERE h.amount <>
            (SELECT coalesce(sum(p.amount), 0) FROM billing_creditholdpart p WHERE p.hold_id = h.id)""",
    "holds_spent_other_than_ledger": """
        SELECT count(*) FROM billing_credithold h WHERE h.spent <>
            (SELECT coalesce(sum(e.amount_minor), 0) FROM billing_transaction t
             JOIN billing_entry e ON e.transaction_id = t.id JOIN billing_account a ON a.id = e.account_id
             WHERE t.object_ref = h.object_ref AND t.effect = 'settled' AND a.kind = 'credits_spent')""",
    "accounts_on_the_wrong_side": """
        SELECT count(*) FROM (
            SELECT a.id FROM billing_account a JOIN billing_entry e ON e.account_id = a.id
            WHERE a.kind IN ('user_held', 'credits_spent', 'credits_expired', 'artist_pending', 'platform_fees',
                             'credit_sales', 'payouts_in_transit', 'refunds_due', 'stripe_fees', 'disputes_open',
                             'artist_reserve', 'artist_rolling_reserve', 'credits_issued', 'payments_held',
                             'artist_debt', 'promotional_cost', 'royalties_due', 'tax_collected',
                             'dispute_losses')
            GROUP BY a.id, a.kind
            HAVING CASE WHEN a.kind IN ('credits_issued', 'artist_debt', 'stripe_fees', 'disputes_open',
                                         'promotional_cost', 'dispute_losses')
                        THEN sum(e.amount_minor) > 0
                        ELSE sum(e.amount_minor) < 0 END) AS faulty""",
    "artists_whose_pending_differs_from_sales": """
        SELECT count(*) FROM billing_account a WHERE a.kind = 'artist_pending' AND
            (SELECT coalesce(sum(e.amount_minor), 0) FROM billing_entry e WHERE e.account_id = a.id) <>
            (SELECT coalesce(sum(s.gross_minor - s.fee_minor - s.refunded_minor + s.fee_refunded_minor
                                 - s.held_minor), 0)
             FROM billing_sale s
             WHERE s.artist_id = a.artist_id AND s.currency = a.currency AND s.state = 'pending')""",
    "artists_whose_reserve_differs_from_sales": """
        SELECT count(*) FROM billing_account a WHERE a.kind = 'artist_reserve' AND
            (SELECT coalesce(sum(e.amount_minor), 0) FROM billing_entry e WHERE e.account_id = a.id) <>
            (SELECT coalesce(sum(s.held_minor), 0) FROM billing_sale s
             WHERE s.artist_id = a.artist_id AND s.currency = a.currency)""",
    # Fees of what was sold, less what went back of them (to buyers and banks) and what referrals have of them. What the
    # shop loses beyond them to disputes, and Stripe's own fees, stand on accounts of their own.
    "platform_fees_that_differ_from_sales": """
        SELECT count(*) FROM billing_account a WHERE a.kind = 'platform_fees' AND
            (SELECT coalesce(sum(e.amount_minor), 0) FROM billing_entry e WHERE e.account_id = a.id) <>
            (SELECT coalesce(sum(s.fee_minor - s.fee_refunded_minor - s.tax_minor + s.tax_refunded_minor
                                 - s.royalty_minor
                                 + CASE s.kind WHEN 'royalty' THEN s.refunded_minor
                                               WHEN 'referral' THEN s.refunded_minor - s.gross_minor
                                               ELSE 0 END), 0)
             FROM billing_sale s WHERE s.currency = a.currency)""",
    "promotional_cost_that_differs_from_sales": """
        SELECT count(*) FROM billing_account a WHERE a.kind = 'promotional_cost' AND
            (SELECT coalesce(sum(e.amount_minor), 0) FROM billing_entry e WHERE e.account_id = a.id) <>
            (SELECT coalesce(sum(s.refunded_minor - s.gross_minor), 0) FROM billing_sale s
             WHERE s.kind = 'promotion' AND s.currency = a.currency)""",
    "royalties_that_were_not_handed_on": """
        SELECT count(*) FROM (
            SELECT a.id FROM billing_account a JOIN billing_entry e ON e.account_id = a.id
            WHERE a.kind = 'royalties_due' GROUP BY a.id HAVING sum(e.amount_minor) <> 0) AS faulty""",
    "artists_whose_rolling_reserve_differs_from_rows": """
        SELECT count(*) FROM billing_account a WHERE a.kind = 'artist_rolling_reserve' AND
            (SELECT coalesce(sum(e.amount_minor), 0) FROM billing_entry e WHERE e.account_id = a.id) <>
            (SELECT coalesce(sum(r.left_minor), 0) FROM billing_rollingreserve r
             WHERE r.artist_id = a.artist_id AND r.currency = a.currency)""",
    "payouts_in_transit_that_differ_from_payouts": """
        SELECT count(*) FROM billing_account a WHERE a.kind = 'payouts_in_transit' AND
            (SELECT coalesce(sum(e.amount_minor), 0) FROM billing_entry e WHERE e.account_id = a.id) <>
            (SELECT coalesce(sum(p.amount_minor), 0) FROM billing_payout p
             WHERE p.currency = a.currency AND p.state = 'sending')""",
    "paid_purchases_without_grant": """
        SELECT count(*) FROM billing_creditpurchase p WHERE p.state = 'paid' AND NOT EXISTS
            (SELECT 1 FROM billing_transaction t WHERE t.object_ref = 'purchase:' || p.id AND t.effect = 'granted')""",
    "document_series_with_gaps": """
        SELECT count(*) FROM billing_documentcounter c WHERE c.last <>
            (SELECT count(*) FROM billing_document d WHERE d.kind = c.kind AND d.year = c.year)""",
    "documents_without_their_counters_number": """
        SELECT count(*) FROM billing_document d WHERE NOT EXISTS
            (SELECT 1 FROM billing_documentcounter c
             WHERE c.kind = d.kind AND c.year = d.year AND d.number BETWEEN 1 AND c.last)""",
    "invoices_credited_above_their_total": """
        SELECT count(*) FROM billing_document i WHERE i.kind = 'invoice' AND i.net_minor + i.tax_minor <
            (SELECT coalesce(sum(c.net_minor + c.tax_minor), 0) FROM billing_document c WHERE c.about_id = i.id)""",
    "events_given_up": "SELECT count(*) FROM billing_stripeevent WHERE state = 'failed'",
}
_SUMS = {
    "transactions": "SELECT count(*) FROM billing_transaction",
    "entries": "SELECT count(*) FROM billing_entry",
    "open_holds": "SELECT count(*) FROM billing_credithold WHERE state = 'open'",
    "events_waiting": "SELECT count(*) FROM billing_stripeevent WHERE state = 'received'",
}
_BY_ACCOUNT_KIND = """
    SELECT a.kind || '_' || lower(a.currency), coalesce(sum(e.amount_minor), 0)
    FROM billing_account a LEFT JOIN billing_entry e ON e.account_id = a.id
    GROUP BY a.kind, a.currency ORDER BY 1
"""


@transaction.atomic
def ledger_figures() -> list[Figure]:
    """All invariants, then counts and the sum of each kind of account, of one moment of the database."""
    with connection.cursor() as cursor:
        if not connection.savepoint_ids:  # a test's own transaction has begun already
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        figures = []
        for is_fault, queries in ((True, _FAULTS), (False, _SUMS)):
            for name, sql in queries.items():
                cursor.execute(sql)
                figures.append(Figure(name, int(cursor.fetchone()[0]), is_fault))
        cursor.execute(_BY_ACCOUNT_KIND)
        figures += [Figure(name, int(total), False) for name, total in cursor.fetchall()]
    return figures
