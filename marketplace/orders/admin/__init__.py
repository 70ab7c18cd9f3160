"""The administrators' desk for orders; each file has one subject."""

from marketplace.orders.admin import discounts, evidence, orders, selling, surplus

__all__ = ["discounts", "evidence", "orders", "selling", "surplus"]
