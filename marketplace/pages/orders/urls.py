"""Buying, and what one has bought. `orders/<uuid>` is where Stripe sends buyers back to."""

from django.urls import path

from marketplace.pages.orders import carts, checkout, disputes, refunds, views

urlpatterns = [
    path("orders", views.collection, name="orders"),
    path("cart", carts.cart, name="cart"),
    path("orders/start", carts.start, name="start_order"),
    path("cart/<uuid:item_id>/remove", carts.remove, name="remove_from_cart"),
    path("checkout", checkout.checkout, name="checkout"),
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
    path("earnings/disputes", disputes.disputes, name="disputes"),
    path("earnings/disputes/<str:dispute_id>", disputes.say, name="say_about_dispute"),
    path("licences/<str:number>/download", views.download, name="download"),
]
