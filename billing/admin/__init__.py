"""Billing's pages for administrators; each file has one subject."""

from billing.admin import disputes, documents, events, ledger, payout_stops, payouts, reconciliation, taxes

__all__ = ["disputes", "documents", "events", "ledger", "payout_stops", "payouts", "reconciliation", "taxes"]
