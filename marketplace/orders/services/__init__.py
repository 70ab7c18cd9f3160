"""Writes on orders."""

from marketplace.orders.services.bundles import create_bundle, withdraw_bundle
from marketplace.orders.services.carts import (
    add_bundle_to_cart,
    add_to_cart,
    cart_of,
    forget_old_carts,
    join_carts,
    remove_bundle_from_cart,
    remove_from_cart,
    take_out_what_was_bought,
)
from marketplace.orders.services.checkout import (
    Basket,
    Consent,
    GiftWish,
    PricedBasket,
    PricedLine,
    Wanted,
    WantedTip,
    open_order,
    price_basket,
    refuse_early,
    start_checkout,
    unpacked,
)
from marketplace.orders.services.closing import cancel_order, close_order, expire_order, sweep_orders
from marketplace.orders.services.club import club_gives, take_by_club
from marketplace.orders.services.discount_codes import Limits, create_code, switch_code
from marketplace.orders.services.downloads import check_holder, download_url
from marketplace.orders.services.gifts import note_opened
from marketplace.orders.services.line_returns import note_line_return, send_line_return
from marketplace.orders.services.payment import note_declined_card, note_failed_payment, settle_payment
from marketplace.orders.services.referrals import note_click, referral_link_of, settle_reward
from marketplace.orders.services.refund_requests import (
    ask_refund,
    decide_refund,
    grant_overdue_requests,
    hand_over_late_requests,
    left_to_refund,
    left_to_refund_in,
    note_returned,
    object_to_refusal,
    paybacks_left_behind,
    reference_of,
    return_money,
    withdraw,
)
from marketplace.orders.services.refunds import note_refund, refund_order
from marketplace.orders.services.refunds_by_hand import note_refund_by_hand, note_refund_of_unsettled

__all__ = [
    "Basket",
    "Consent",
    "GiftWish",
    "Limits",
    "PricedBasket",
    "PricedLine",
    "Wanted",
    "WantedTip",
    "add_bundle_to_cart",
    "add_to_cart",
    "ask_refund",
    "cancel_order",
    "cart_of",
    "check_holder",
    "close_order",
    "club_gives",
    "create_bundle",
    "create_code",
    "decide_refund",
    "download_url",
    "expire_order",
    "forget_old_carts",
    "grant_overdue_requests",
    "hand_over_late_requests",
    "join_carts",
    "left_to_refund",
    "left_to_refund_in",
    "note_click",
    "note_declined_card",
    "note_failed_payment",
    "note_line_return",
    "note_opened",
    "note_refund",
    "note_refund_by_hand",
    "note_refund_of_unsettled",
    "note_returned",
    "object_to_refusal",
    "open_order",
    "paybacks_left_behind",
    "price_basket",
    "reference_of",
    "referral_link_of",
    "refund_order",
    "refuse_early",
    "remove_bundle_from_cart",
    "remove_from_cart",
    "return_money",
    "send_line_return",
    "settle_payment",
    "settle_reward",
    "start_checkout",
    "sweep_orders",
    "switch_code",
    "take_by_club",
    "take_out_what_was_bought",
    "unpacked",
    "withdraw",
    "withdraw_bundle",
]
