"""The ledger and what is built on it: credits, plans, sales, payouts, Stripe's events."""

from billing.models.buyers import BillingDetails
from billing.models.closings import AccountClosing, LedgerClosing
from billing.models.credits import CreditHold, CreditHoldPart, CreditLot
from billing.models.disputes import Dispute, DisputedSale
from billing.models.documents import Document, DocumentCounter, DocumentKind
from billing.models.events import StripeEvent
from billing.models.ledger import Account, AccountKind, Balance, Entry, Reason, Transaction
from billing.models.payouts import Payout, PayoutAccount
from billing.models.plans import CreditPack, CreditPurchase, Plan, PlanSubscription, StripeCustomer
from billing.models.reconciliation import LedgerDifference, Reconciliation, StripeMovement
from billing.models.sales import Sale

__all__ = [
    "Account",
    "AccountClosing",
    "AccountKind",
    "Balance",
    "BillingDetails",
    "CreditHold",
    "CreditHoldPart",
    "CreditLot",
    "CreditPack",
    "CreditPurchase",
    "Dispute",
    "DisputedSale",
    "Document",
    "DocumentCounter",
    "DocumentKind",
    "Entry",
    "LedgerClosing",
    "LedgerDifference",
    "Payout",
    "PayoutAccount",
    "Plan",
    "PlanSubscription",
    "Reason",
    "Reconciliation",
    "Sale",
    "StripeCustomer",
    "StripeEvent",
    "StripeMovement",
    "Transaction",
]
