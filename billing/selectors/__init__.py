"""Reads on the ledger, credits, purchases and earnings."""

from billing.selectors.balances import balance_at, balance_of
from billing.selectors.benefits import fee_basis_points_of, licences_left, plan_in_force
from billing.selectors.credits import (
    ExpiringCredits,
    credit_history,
    credits_available,
    credits_expiring_next,
    credits_held,
)
from billing.selectors.earnings import (
    PAYOUT_RETRY_AFTER,
    ArtistBalance,
    PayoutHold,
    artist_balance,
    currencies_of,
    payout_account_of,
    payout_holds,
    payouts_enabled,
    payouts_of,
    sales_of,
)
from billing.selectors.purchases import (
    credit_packs,
    has_paid_before,
    may_try,
    plans,
    purchase_of,
    running_plan,
    running_plans,
    subscription_of,
    top_up_of,
    waiting_change,
)
from billing.selectors.reconciliation import reconciliation_overview
from billing.selectors.statements import (
    PeriodTotals,
    Statement,
    StatementLine,
    statement_of,
    totals_by_month,
    totals_by_year,
)

__all__ = [
    "PAYOUT_RETRY_AFTER",
    "ArtistBalance",
    "ExpiringCredits",
    "PayoutHold",
    "PeriodTotals",
    "Statement",
    "StatementLine",
    "artist_balance",
    "balance_at",
    "balance_of",
    "credit_history",
    "credit_packs",
    "credits_available",
    "credits_expiring_next",
    "credits_held",
    "currencies_of",
    "fee_basis_points_of",
    "has_paid_before",
    "licences_left",
    "may_try",
    "payout_account_of",
    "payout_holds",
    "payouts_enabled",
    "payouts_of",
    "plan_in_force",
    "plans",
    "purchase_of",
    "reconciliation_overview",
    "running_plan",
    "running_plans",
    "sales_of",
    "statement_of",
    "subscription_of",
    "top_up_of",
    "totals_by_month",
    "totals_by_year",
    "waiting_change",
]
