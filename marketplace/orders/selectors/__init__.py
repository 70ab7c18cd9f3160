"""Reads on orders and carts."""

from marketplace.orders.selectors.bundles import PresentBundle, bundle_by_id, bundles_of, present_bundles
from marketplace.orders.selectors.carts import CartBundleLine, CartLine, bundles_in, lines_in
from marketplace.orders.selectors.discounts import CodeTotals, CodeUse, codes_of, discount_codes_of, uses_of
from marketplace.orders.selectors.orders import (
    REFERENCE_PREFIX,
    decided_by,
    gift_for,
    licence_held_by,
    may_ask_refund,
    open_order_for,
    order_id_in,
    order_of,
    orders_of,
    refund_requests_in,
    refund_requests_to,
    refund_requests_waiting,
)
from marketplace.orders.selectors.referrals import ReferralTotals, referral_totals, rewards_of

__all__ = [
    "REFERENCE_PREFIX",
    "CartBundleLine",
    "CartLine",
    "CodeTotals",
    "CodeUse",
    "PresentBundle",
    "ReferralTotals",
    "bundle_by_id",
    "bundles_in",
    "bundles_of",
    "codes_of",
    "decided_by",
    "discount_codes_of",
    "gift_for",
    "licence_held_by",
    "lines_in",
    "may_ask_refund",
    "open_order_for",
    "order_id_in",
    "order_of",
    "orders_of",
    "present_bundles",
    "referral_totals",
    "refund_requests_in",
    "refund_requests_to",
    "refund_requests_waiting",
    "rewards_of",
    "uses_of",
]
