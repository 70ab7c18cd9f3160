"""Buying, and what one has bought. `orders/<uuid>` is where Stripe sends buyers back to."""

from django.urls import path

from marketplace.pages.orders import views

urlpatterns = [
    path("orders", views.collection, name="orders"),
    path("orders/start", views.start, name="start_order"),
    path("orders/buy/<uuid:offer_id>", views.buy, name="buy"),
    path("orders/<uuid:order_id>", views.order, name="order"),
    path("orders/<uuid:order_id>/state", views.order_state, name="order_state"),
    path("orders/<uuid:order_id>/cancel", views.cancel, name="cancel_order"),
    path("licences/<str:number>/download", views.download, name="download"),
]
