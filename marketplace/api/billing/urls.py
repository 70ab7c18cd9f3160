"""Credits, plans and earnings, for programs."""

from django.urls import path

from marketplace.api.billing import earnings, views

urlpatterns = [
    path("credits", views.Credits.as_view(), name="api-credits"),
    path("credits/history", views.CreditHistory.as_view(), name="api-credit-history"),
    path("credits/packs", views.CreditPacks.as_view(), name="api-credit-packs"),
    path("credits/packs/<slug:code>/checkout", views.PackCheckout.as_view(), name="api-pack-checkout"),
    path("plans", views.Plans.as_view(), name="api-plans"),
    path("plans/mine", views.MyPlan.as_view(), name="api-my-plan"),
    path("plans/<slug:code>/checkout", views.PlanCheckout.as_view(), name="api-plan-checkout"),
    path("earnings", earnings.Earnings.as_view(), name="api-earnings"),
    path("earnings/sales", earnings.Sales.as_view(), name="api-sales"),
    path("earnings/payouts", earnings.Payouts.as_view(), name="api-payouts"),
    path("earnings/onboarding", earnings.Onboarding.as_view(), name="api-onboarding"),
]
