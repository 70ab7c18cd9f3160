"""Writes on the ledger and what is built on it; each file has one subject."""

from billing.services.credits import grant_credits, release_credits, reserve_credits, settle_credits
from billing.services.expiry import expire_credits
from billing.services.sales import mature_sales, platform_fee, record_refund, record_sale

__all__ = [
    "expire_credits",
    "grant_credits",
    "mature_sales",
    "platform_fee",
    "record_refund",
    "record_sale",
    "release_credits",
    "reserve_credits",
    "settle_credits",
]
