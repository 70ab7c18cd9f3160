"""Reads on the ledger, credits, purchases and earnings."""

from billing.selectors.balances import balance_at, balance_of
from billing.selectors.bank_refusals import newest_bank_refusal, refusal_in_words
from billing.selectors.benefits import (
    club_takes_up_to,
    fee_basis_points_of,
    is_in_club,
    licences_left,
    next_month_of,
    plan_in_force,
)
from billing.selectors.credits import (
    ExpiringCredits,
    credit_history,
    credits_available,
    credits_expiring_next,
    credits_held,
)
from billing.selectors.dac7 import SellerYear, dac7_year, years_with_sales
from billing.selectors.debts import Debt, DebtLine, debt_lines, debt_since, debts_for_review
from billing.selectors.documents import (
    SeriesOfNumbers,
    document_for,
    documents_about,
    documents_of,
    sale_of_document,
    series_of_numbers,
)
from billing.selectors.earnings import (
    ArtistBalance,
    artist_balance,
    currencies_of,
    payout_account_of,
    payouts_enabled,
    payouts_of,
    sales_of,
)
from billing.selectors.judged_payments import checked_payments_of
from billing.selectors.payout_dates import NextPayout, next_payout, schedule_of
from billing.selectors.payout_holds import (
    PAYOUT_RETRY_AFTER,
    PayoutHold,
    blockers,
    obstacles,
    open_stop_of,
    payout_holds,
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
from billing.selectors.refunds_told import refunds_told_of
from billing.selectors.reserves import reserve_share
from billing.selectors.royalties import RoyaltyIncome, royalties_by_work
from billing.selectors.sellers import TraderDetails, declaration_of, is_trader, missing_identity, trader_details
from billing.selectors.statements import (
    PeriodTotals,
    Statement,
    StatementLine,
    statement_of,
    totals_by_month,
    totals_by_year,
)
from billing.selectors.stripe_requirements import requirements_in_words, restriction_in_words

__all__ = [
    "PAYOUT_RETRY_AFTER",
    "ArtistBalance",
    "Debt",
    "DebtLine",
    "ExpiringCredits",
    "NextPayout",
    "PayoutHold",
    "PeriodTotals",
    "RoyaltyIncome",
    "SellerYear",
    "SeriesOfNumbers",
    "Statement",
    "StatementLine",
    "TraderDetails",
    "artist_balance",
    "balance_at",
    "balance_of",
    "blockers",
    "checked_payments_of",
    "club_takes_up_to",
    "credit_history",
    "credit_packs",
    "credits_available",
    "credits_expiring_next",
    "credits_held",
    "currencies_of",
    "dac7_year",
    "debt_lines",
    "debt_since",
    "debts_for_review",
    "declaration_of",
    "document_for",
    "documents_about",
    "documents_of",
    "fee_basis_points_of",
    "has_paid_before",
    "is_in_club",
    "is_trader",
    "licences_left",
    "may_try",
    "missing_identity",
    "newest_bank_refusal",
    "next_month_of",
    "next_payout",
    "obstacles",
    "open_stop_of",
    "payout_account_of",
    "payout_holds",
    "payouts_enabled",
    "payouts_of",
    "plan_in_force",
    "plans",
    "purchase_of",
    "reconciliation_overview",
    "refunds_told_of",
    "refusal_in_words",
    "requirements_in_words",
    "reserve_share",
    "restriction_in_words",
    "royalties_by_work",
    "running_plan",
    "running_plans",
    "sale_of_document",
    "sales_of",
    "schedule_of",
    "series_of_numbers",
    "statement_of",
    "subscription_of",
    "top_up_of",
    "totals_by_month",
    "totals_by_year",
    "trader_details",
    "waiting_change",
    "years_with_sales",
]
