"""Prices, credits, plans, earnings, and where Stripe sends its events."""

from django.urls import path

from marketplace.pages.billing import earnings, payouts, plans, top_ups, wallet
from marketplace.pages.billing.countries import choose_country
from marketplace.pages.billing.invoices.views import document_file, invoices
from marketplace.pages.billing.pricing import pricing
from marketplace.pages.billing.statements.views import statement, statement_as_pdf, statement_csv
from marketplace.pages.billing.webhook import stripe_webhook

urlpatterns = [
    path("webhooks/stripe/", stripe_webhook, name="stripe_webhook"),
    path("pricing", pricing, name="pricing"),
    path("country", choose_country, name="choose_country"),
    path("credits", wallet.my_credits, name="my_credits"),
    path("credits/packs/<slug:code>", wallet.buy_pack, name="buy_credits"),
    path("credits/purchases/<uuid:purchase_id>", wallet.purchase_state, name="credit_purchase_state"),
    path("credits/plans/<slug:code>", plans.take_plan, name="take_plan"),
    path("credits/plans/<slug:code>/look", plans.look_at_change, name="look_at_plan_change"),
    path("credits/plans/<slug:code>/change", plans.change_my_plan, name="change_plan"),
    path("credits/plan/<uuid:subscription_id>", plans.plan_state, name="plan_state"),
    path("credits/plan/stay", plans.withdraw_my_change, name="withdraw_plan_change"),
    path("credits/plan/pause", plans.pause_my_plan, name="pause_plan"),
    path("credits/plan/resume", plans.resume_my_plan, name="resume_plan"),
    path("credits/plan/end", plans.end_my_plan, name="end_plan"),
    path("credits/plan/keep", plans.keep_my_plan, name="keep_plan"),
    path("credits/top-up", top_ups.set_my_top_up, name="set_top_up"),
    path("credits/top-up/stop", top_ups.stop_my_top_up, name="stop_top_up"),
    path("credits/payments", wallet.my_payments, name="my_payments"),
    path("invoices", invoices, name="invoices"),
    path("invoices/<uuid:document_id>.pdf", document_file, name="document_file"),
    path("credits/card", wallet.change_card, name="change_card"),
    path("earnings", earnings.my_earnings, name="my_earnings"),
    path("earnings/statement", statement, name="statement"),
    path("earnings/statement.csv", statement_csv, name="statement_csv"),
    path("earnings/statement.pdf", statement_as_pdf, name="statement_pdf"),
    path("earnings/payouts/schedule", payouts.choose_schedule, name="choose_payout_schedule"),
    path("earnings/payouts/now", payouts.ask_for_payout, name="ask_for_payout"),
    path("earnings/seller", payouts.declare, name="declare_seller"),
    path("earnings/payouts/set-up", earnings.set_up_payouts, name="set_up_payouts"),
    path("earnings/payouts/continue", earnings.continue_set_up, name="continue_payout_set_up"),
    path("earnings/payouts/return", earnings.back_from_set_up, name="back_from_payout_set_up"),
]
