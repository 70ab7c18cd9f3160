"""Orders, for programs."""

from django.urls import path

from marketplace.api.orders import views

urlpatterns = [
    path("bundles/<uuid:bundle_id>", views.OneBundle.as_view(), name="api-bundle"),
    path("orders", views.Orders.as_view(), name="api-orders"),
    path("orders/<uuid:order_id>", views.OneOrder.as_view(), name="api-order"),
    path("orders/<uuid:order_id>/cancel", views.Cancel.as_view(), name="api-cancel-order"),
    path("licences/<str:number>/download", views.Download.as_view(), name="api-download"),
]
