"""Writes on the ledger and what is built on it; each file has one subject."""

from billing.services.billing_details import save_billing_details
from billing.services.catalogue import sync_catalogue
from billing.services.closing import close_ledger
from billing.services.credits import grant_credits, release_credits, reserve_credits, settle_credits
from billing.services.customers import portal_url
from billing.services.disputes import note_dispute
from billing.services.expiry import expire_credits
from billing.services.onboarding import copy_payout_account, onboard_artist
from billing.services.payouts import pay_out_due, send_payout
from billing.services.plans import end_plan, keep_plan, start_plan
from billing.services.purchases import buy_credits
from billing.services.reconciling import reconcile
from billing.services.sale_refunds import record_refund, record_refund_failed
from billing.services.sales import mature_sales, platform_fee, record_sale
from billing.services.unused_payments import record_return_failed, record_unused_payment, record_unused_returned

__all__ = [
    "buy_credits",
    "close_ledger",
    "copy_payout_account",
    "end_plan",
    "expire_credits",
    "grant_credits",
    "keep_plan",
    "mature_sales",
    "note_dispute",
    "onboard_artist",
    "pay_out_due",
    "platform_fee",
    "portal_url",
    "reconcile",
    "record_refund",
    "record_refund_failed",
    "record_return_failed",
    "record_sale",
    "record_unused_payment",
    "record_unused_returned",
    "release_credits",
    "reserve_credits",
    "save_billing_details",
    "send_payout",
    "settle_credits",
    "start_plan",
    "sync_catalogue",
]
