"""Buying, and what one has bought. `orders/<uuid>` is where Stripe sends buyers back to."""

from django.urls import path

from marketplace.pages.orders import bundles, carts, checkout, discounts, disputes, referrals, refunds, views

urlpatterns = [
    path("orders", views.collection, name="orders"),
    path("cart", carts.cart, name="cart"),
    path("orders/start", carts.start, name="start_order"),
    path("cart/bundles/<uuid:item_id>/remove", carts.remove_bundle, name="remove_bundle_from_cart"),
    path("bundles/<uuid:bundle_id>", bundles.bundle, name="bundle"),
    path("r/<slug:code>", referrals.follow, name="referral"),
    path("my/referrals", referrals.my_referrals, name="my_referrals"),
    path("my/bundles", bundles.my_bundles, name="my_bundles"),
    path("my/bundles/<uuid:bundle_id>/withdraw", bundles.withdraw, name="withdraw_bundle"),
    path("cart/<uuid:item_id>/remove", carts.remove, name="remove_from_cart"),
    path("checkout", checkout.checkout, name="checkout"),
    path("orders/by-club", checkout.by_club, name="take_by_club"),
    path("gifts/<uuid:order_id>", views.gift, name="gift"),
    path("orders/<uuid:order_id>", views.order, name="order"),
    path("orders/<uuid:order_id>/state", views.order_state, name="order_state"),
    path("orders/<uuid:order_id>/cancel", views.cancel, name="cancel_order"),
    path("orders/<uuid:order_id>/refund", refunds.ask, name="ask_refund"),
    path("orders/<uuid:order_id>/refund/<uuid:line_id>", refunds.ask, name="ask_refund_of_line"),
    path("refunds/<uuid:request_id>/withdraw", refunds.take_back, name="withdraw_refund"),
    path("refunds/<uuid:request_id>/object", refunds.object_to, name="object_to_refusal"),
    path("refunds/<uuid:request_id>/decide", refunds.decide, name="decide_refund"),
    path("earnings/refunds", refunds.requests, name="refund_requests"),
    path("my/discounts", discounts.my_discounts, name="my_discounts"),
    path("my/discounts/<uuid:code_id>/switch", discounts.switch_discount, name="switch_discount"),
    path("earnings/disputes", disputes.disputes, name="disputes"),
    path("earnings/disputes/<str:dispute_id>", disputes.say, name="say_about_dispute"),
    path("licences/<str:number>/download", views.download, name="download"),
]
