"""Orders, discount codes and referrals, for programs."""

from django.urls import path

from marketplace.api.orders import discounts, referrals, views

urlpatterns = [
    path("bundles/<uuid:bundle_id>", views.OneBundle.as_view(), name="api-bundle"),
    path("orders", views.Orders.as_view(), name="api-orders"),
    path("orders/<uuid:order_id>", views.OneOrder.as_view(), name="api-order"),
    path("orders/<uuid:order_id>/cancel", views.Cancel.as_view(), name="api-cancel-order"),
    path("licences/<str:number>/download", views.Download.as_view(), name="api-download"),
    path("discount-codes", discounts.DiscountCodes.as_view(), name="api-discount-codes"),
    path("discount-codes/<uuid:code_id>", discounts.OneDiscountCode.as_view(), name="api-discount-code"),
    path("referrals", referrals.MyReferrals.as_view(), name="api-referrals"),
    path("referrals/rewards", referrals.Rewards.as_view(), name="api-referral-rewards"),
]
