"""Billing's pages for administrators; each file has one subject."""

from billing.admin import disputes, events, ledger, payout_stops, payouts, reconciliation

__all__ = ["disputes", "events", "ledger", "payout_stops", "payouts", "reconciliation"]
