"""Reads on the ledger, credits, purchases and earnings."""

from billing.selectors.balances import balance_at, balance_of
from billing.selectors.credits import (
    ExpiringCredits,
    credit_history,
    credits_available,
    credits_expiring_next,
    credits_held,
)
from billing.selectors.documents import (
    SeriesOfNumbers,
    document_for,
    documents_about,
    documents_of,
    sale_of_document,
    series_of_numbers,
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
from billing.selectors.purchases import credit_packs, has_paid_before, plans, purchase_of, running_plan, subscription_of
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
    "SeriesOfNumbers",
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
    "document_for",
    "documents_about",
    "documents_of",
    "has_paid_before",
    "payout_account_of",
    "payout_holds",
    "payouts_enabled",
    "payouts_of",
    "plans",
    "purchase_of",
    "reconciliation_overview",
    "running_plan",
    "sale_of_document",
    "sales_of",
    "series_of_numbers",
    "statement_of",
    "subscription_of",
    "totals_by_month",
    "totals_by_year",
]
