"""Carts, orders with their lines and extras, discount codes, what goes back, what is on record, answers to disputes."""

from marketplace.orders.models.bundles import Bundle, BundleItem, CartBundle
from marketplace.orders.models.carts import Cart, CartItem
from marketplace.orders.models.discounts import DiscountCode, DiscountUse
from marketplace.orders.models.evidence import DisputeEvidence, EvidenceWords
from marketplace.orders.models.extras import Gift, OrderTip
from marketplace.orders.models.line_returns import LineReturn
from marketplace.orders.models.orders import Order, OrderLine
from marketplace.orders.models.records import Download, SentLetter
from marketplace.orders.models.referrals import Referral, ReferralLink, ReferralReward
from marketplace.orders.models.refund_requests import RefundRequest
from marketplace.orders.models.surplus_payments import SurplusPayment

__all__ = [
    "Bundle",
    "BundleItem",
    "Cart",
    "CartBundle",
    "CartItem",
    "DiscountCode",
    "DiscountUse",
    "DisputeEvidence",
    "Download",
    "EvidenceWords",
    "Gift",
    "LineReturn",
    "Order",
    "OrderLine",
    "OrderTip",
    "Referral",
    "ReferralLink",
    "ReferralReward",
    "RefundRequest",
    "SentLetter",
    "SurplusPayment",
]
