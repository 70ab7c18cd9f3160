"""Billing's pages for administrators; each file has one subject."""

from billing.admin import events, ledger, reconciliation

__all__ = ["events", "ledger", "reconciliation"]
