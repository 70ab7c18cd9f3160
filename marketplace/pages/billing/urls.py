"""Credits, plans, earnings, and where Stripe sends its events."""

from django.urls import path

from marketplace.pages.billing import earnings, wallet
from marketplace.pages.billing.invoices.views import document_file, invoices
from marketplace.pages.billing.statements.views import statement, statement_as_pdf, statement_csv
from marketplace.pages.billing.webhook import stripe_webhook

urlpatterns = [
    path("webhooks/stripe/", stripe_webhook, name="stripe_webhook"),
    path("credits", wallet.my_credits, name="my_credits"),
    path("credits/packs/<slug:code>", wallet.buy_pack, name="buy_credits"),
    path("credits/purchases/<uuid:purchase_id>", wallet.purchase_state, name="credit_purchase_state"),
    path("credits/plans/<slug:code>", wallet.take_plan, name="take_plan"),
    path("credits/plan/<uuid:subscription_id>", wallet.plan_state, name="plan_state"),
    path("credits/plan/end", wallet.end_my_plan, name="end_plan"),
    path("credits/plan/keep", wallet.keep_my_plan, name="keep_plan"),
    path("credits/payments", wallet.my_payments, name="my_payments"),
    path("invoices", invoices, name="invoices"),
    path("invoices/<uuid:document_id>.pdf", document_file, name="document_file"),
    path("earnings", earnings.my_earnings, name="my_earnings"),
    path("earnings/statement", statement, name="statement"),
    path("earnings/statement.csv", statement_csv, name="statement_csv"),
    path("earnings/statement.pdf", statement_as_pdf, name="statement_pdf"),
    path("earnings/payouts/set-up", earnings.set_up_payouts, name="set_up_payouts"),
    path("earnings/payouts/continue", earnings.continue_set_up, name="continue_payout_set_up"),
    path("earnings/payouts/return", earnings.back_from_set_up, name="back_from_payout_set_up"),
]
