"""Billing's pages for administrators; each file has one subject."""

from billing.admin import disputes, events, ledger, reconciliation

__all__ = ["disputes", "events", "ledger", "reconciliation"]
