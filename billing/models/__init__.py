"""The ledger and what is built on it: credits, plans, sales, payouts, Stripe's events."""

from billing.models.closings import AccountClosing, LedgerClosing
from billing.models.credits import CreditHold, CreditHoldPart, CreditLot
from billing.models.disputes import Dispute, DisputedSale
from billing.models.events import StripeEvent
from billing.models.ledger import Account, AccountKind, Balance, Entry, Reason, Transaction
from billing.models.payout_schedules import PayoutSchedule
from billing.models.payout_stops import PayoutStop
from billing.models.payouts import Payout, PayoutAccount
from billing.models.plans import CreditPack, CreditPurchase, Plan, PlanSubscription, StripeCustomer
from billing.models.reconciliation import LedgerDifference, Reconciliation, StripeMovement
from billing.models.reserves import RollingReserve
from billing.models.sales import Sale
from billing.models.sellers import SellerDeclaration

__all__ = [
    "Account",
    "AccountClosing",
    "AccountKind",
    "Balance",
    "CreditHold",
    "CreditHoldPart",
    "CreditLot",
    "CreditPack",
    "CreditPurchase",
    "Dispute",
    "DisputedSale",
    "Entry",
    "LedgerClosing",
    "LedgerDifference",
    "Payout",
    "PayoutAccount",
    "PayoutSchedule",
    "PayoutStop",
    "Plan",
    "PlanSubscription",
    "Reason",
    "Reconciliation",
    "RollingReserve",
    "Sale",
    "SellerDeclaration",
    "StripeCustomer",
    "StripeEvent",
    "StripeMovement",
    "Transaction",
]
