"""Writes on the ledger and what is built on it; each file has one subject."""

from billing.services.billing_details import save_billing_details
from billing.services.catalogue import sync_catalogue
from billing.services.closing import close_ledger
from billing.services.club import use_club_licence
from billing.services.credits import grant_credits, release_credits, reserve_credits, revoke_credits, settle_credits
from billing.services.customers import portal_url
from billing.services.dependent_sales import record_promotion, record_referral, record_royalties
from billing.services.disputes import note_dispute
from billing.services.expiry import expire_credits
from billing.services.held_payments import record_held_payment, record_hold_ended
from billing.services.ledger import lock_payment, open_accounts
from billing.services.onboarding import copy_payout_account, onboard_artist
from billing.services.paid_periods import grant_due_months
from billing.services.payout_schedules import choose_payout_schedule
from billing.services.payout_stops import lift_payout_stop, stop_payouts
from billing.services.payouts import pay_out_due, pay_out_now, send_payout
from billing.services.plan_changes import change_plan, offer_change, withdraw_change
from billing.services.plan_grace import end_overdue_benefits
from billing.services.plan_pauses import pause_plan, resume_plan
from billing.services.plans import end_plan, keep_plan, start_plan
from billing.services.purchases import buy_credits
from billing.services.reconciling import reconcile
from billing.services.reserves import release_reserves
from billing.services.sale_refunds import record_refund, record_refund_failed
from billing.services.sales import mature_sales, platform_fee, record_sale
from billing.services.sellers import declare_seller
from billing.services.top_ups import set_top_up, stop_top_up, top_up
from billing.services.unused_payments import record_return_failed, record_unused_payment, record_unused_returned

__all__ = [
    "buy_credits",
    "change_plan",
    "choose_payout_schedule",
    "close_ledger",
    "copy_payout_account",
    "declare_seller",
    "end_overdue_benefits",
    "end_plan",
    "expire_credits",
    "grant_credits",
    "grant_due_months",
    "keep_plan",
    "lift_payout_stop",
    "lock_payment",
    "mature_sales",
    "note_dispute",
    "offer_change",
    "onboard_artist",
    "open_accounts",
    "pause_plan",
    "pay_out_due",
    "pay_out_now",
    "platform_fee",
    "portal_url",
    "reconcile",
    "record_held_payment",
    "record_hold_ended",
    "record_promotion",
    "record_referral",
    "record_refund",
    "record_refund_failed",
    "record_return_failed",
    "record_royalties",
    "record_sale",
    "record_unused_payment",
    "record_unused_returned",
    "release_credits",
    "release_reserves",
    "reserve_credits",
    "resume_plan",
    "revoke_credits",
    "save_billing_details",
    "send_payout",
    "set_top_up",
    "settle_credits",
    "start_plan",
    "stop_payouts",
    "stop_top_up",
    "sync_catalogue",
    "top_up",
    "use_club_licence",
    "withdraw_change",
]
