"""The only door to Stripe: plain values in and out, errors that say whether to try again, timeouts,
idempotency.

Money is ours (`Money`); addresses and ids are strings. Every function raises the errors of
`billing.gateway.errors` and nothing of the SDK's.
"""

from billing.gateway.books import Movement, invoice_of_payment, movements, payment_of_invoice
from billing.gateway.catalogue import CataloguePrice, create_price, create_product, price_by_lookup_key
from billing.gateway.checkout import create_checkout, create_plan_checkout, expire_checkout, retrieve_checkout
from billing.gateway.connect import (
    create_connect_account,
    create_onboarding_link,
    create_transfer,
    retrieve_connect_account,
    transfer_in_group,
)
from billing.gateway.disputes import Dispute, accept_dispute, retrieve_dispute, submit_evidence, upload_evidence
from billing.gateway.errors import (
    CardRefused,
    SignatureInvalid,
    StripeBusy,
    StripeKeyRefused,
    StripeObjectMissing,
    StripeRefused,
    StripeUnreachable,
)
from billing.gateway.events import event_facts, read_event, undelivered_events
from billing.gateway.facts import (
    CheckoutLine,
    CheckoutSession,
    ConnectAccount,
    EventFacts,
    Refund,
    Transfer,
    id_of,
)
from billing.gateway.paid_invoices import InvoiceLine, PaidInvoice, retrieve_paid_invoice
from billing.gateway.payments import (
    create_customer,
    create_portal,
    latest_refund_of,
    metadata_of_payment,
    refund_named,
    refund_payment,
    retrieve_refund,
)
from billing.gateway.plan_facts import ChangeLine, ChangePreview, Invoice, Subscription
from billing.gateway.radar import CardFacts, FraudWarning, card_facts, payment_of_charge
from billing.gateway.saved_cards import Payment, SavedCard, charge_saved_card, saved_card
from billing.gateway.subscriptions import (
    cancel_at_once,
    change_at_once,
    change_during_trial,
    change_with_period,
    end_with_period,
    free_of_schedule,
    move_period_end,
    pause_collection,
    preview_change,
    release_schedule,
    resume_collection,
    retrieve_invoice,
    retrieve_subscription,
    schedule_of,
)

__all__ = [
    "CardFacts",
    "CardRefused",
    "CataloguePrice",
    "ChangeLine",
    "ChangePreview",
    "CheckoutLine",
    "CheckoutSession",
    "ConnectAccount",
    "Dispute",
    "EventFacts",
    "FraudWarning",
    "Invoice",
    "InvoiceLine",
    "Movement",
    "PaidInvoice",
    "Payment",
    "Refund",
    "SavedCard",
    "SignatureInvalid",
    "StripeBusy",
    "StripeKeyRefused",
    "StripeObjectMissing",
    "StripeRefused",
    "StripeUnreachable",
    "Subscription",
    "Transfer",
    "accept_dispute",
    "cancel_at_once",
    "card_facts",
    "change_at_once",
    "change_during_trial",
    "change_with_period",
    "charge_saved_card",
    "create_checkout",
    "create_connect_account",
    "create_customer",
    "create_onboarding_link",
    "create_plan_checkout",
    "create_portal",
    "create_price",
    "create_product",
    "create_transfer",
    "end_with_period",
    "event_facts",
    "expire_checkout",
    "free_of_schedule",
    "id_of",
    "invoice_of_payment",
    "latest_refund_of",
    "metadata_of_payment",
    "move_period_end",
    "movements",
    "pause_collection",
    "payment_of_charge",
    "payment_of_invoice",
    "preview_change",
    "price_by_lookup_key",
    "read_event",
    "refund_named",
    "refund_payment",
    "release_schedule",
    "resume_collection",
    "retrieve_checkout",
    "retrieve_connect_account",
    "retrieve_dispute",
    "retrieve_invoice",
    "retrieve_paid_invoice",
    "retrieve_refund",
    "retrieve_subscription",
    "saved_card",
    "schedule_of",
    "submit_evidence",
    "transfer_in_group",
    "undelivered_events",
    "upload_evidence",
]
