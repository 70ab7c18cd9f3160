"""The administrators' desk for orders."""

from marketplace.orders.admin import discounts, evidence, orders, selling

__all__ = ["discounts", "evidence", "orders", "selling"]
