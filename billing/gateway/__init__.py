"""The only door to Stripe: plain values in and out, errors that say whether to try again, timeouts,
idempotency.

Money is ours (`Money`); addresses and ids are strings. Every function raises the errors of
`billing.gateway.errors` and nothing of the SDK's.
"""

from billing.gateway.books import Movement, movements, payment_of_invoice
from billing.gateway.catalogue import CataloguePrice, create_price, create_product, price_by_lookup_key
from billing.gateway.checkout import create_checkout, create_plan_checkout, expire_checkout, retrieve_checkout
from billing.gateway.connect import (
    create_connect_account,
    create_onboarding_link,
    create_transfer,
    retrieve_connect_account,
    transfer_in_group,
)
from billing.gateway.disputes import Dispute, retrieve_dispute
from billing.gateway.errors import (
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
    Invoice,
    Refund,
    Subscription,
    Transfer,
)
from billing.gateway.paid_invoices import InvoiceLine, PaidInvoice, retrieve_paid_invoice
from billing.gateway.payments import (
    create_customer,
    create_portal,
    latest_refund_of,
    refund_named,
    refund_payment,
    retrieve_refund,
)
from billing.gateway.subscriptions import end_with_period, retrieve_subscription

__all__ = [
    "CataloguePrice",
    "CheckoutLine",
    "CheckoutSession",
    "ConnectAccount",
    "Dispute",
    "EventFacts",
    "Invoice",
    "InvoiceLine",
    "Movement",
    "PaidInvoice",
    "Refund",
    "SignatureInvalid",
    "StripeBusy",
    "StripeKeyRefused",
    "StripeObjectMissing",
    "StripeRefused",
    "StripeUnreachable",
    "Subscription",
    "Transfer",
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
    "latest_refund_of",
    "movements",
    "payment_of_invoice",
    "price_by_lookup_key",
    "read_event",
    "refund_named",
    "refund_payment",
    "retrieve_checkout",
    "retrieve_connect_account",
    "retrieve_dispute",
    "retrieve_paid_invoice",
    "retrieve_refund",
    "retrieve_subscription",
    "transfer_in_group",
    "undelivered_events",
]
