"""Credits, plans, earnings, statements and invoices, for programs."""

from django.urls import path

from marketplace.api.billing import documents, earnings, payouts, plans, statements, top_ups, views

urlpatterns = [
    path("credits", views.Credits.as_view(), name="api-credits"),
    path("credits/history", views.CreditHistory.as_view(), name="api-credit-history"),
    path("credits/packs", views.CreditPacks.as_view(), name="api-credit-packs"),
    path("credits/packs/<slug:code>/checkout", views.PackCheckout.as_view(), name="api-pack-checkout"),
    path("credits/top-up", top_ups.MyTopUp.as_view(), name="api-top-up"),
    path("plans", plans.Plans.as_view(), name="api-plans"),
    path("plans/mine", plans.MyPlan.as_view(), name="api-my-plan"),
    path("plans/mine/change", plans.MyPlanChange.as_view(), name="api-my-plan-change"),
    path("plans/mine/pause", plans.MyPlanPause.as_view(), name="api-my-plan-pause"),
    path("plans/<slug:code>/checkout", plans.PlanCheckout.as_view(), name="api-plan-checkout"),
    path("earnings", earnings.Earnings.as_view(), name="api-earnings"),
    path("earnings/sales", earnings.Sales.as_view(), name="api-sales"),
    path("earnings/payouts", earnings.Payouts.as_view(), name="api-payouts"),
    path("earnings/payouts/schedule", payouts.MyPayoutSchedule.as_view(), name="api-payout-schedule"),
    path("earnings/holds", payouts.Holds.as_view(), name="api-holds"),
    path("earnings/statement", statements.MyStatement.as_view(), name="api-statement"),
    path("earnings/onboarding", earnings.Onboarding.as_view(), name="api-onboarding"),
    path("invoices", documents.MyInvoices.as_view(), name="api-invoices"),
    path("invoices/<uuid:document_id>.pdf", documents.InvoiceFile.as_view(), name="api-invoice-pdf"),
]
