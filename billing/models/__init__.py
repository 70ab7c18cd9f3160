"""The ledger and what is built on it: credits, plans, sales, payouts, Stripe's events."""

from billing.models.buyers import BillingDetails
from billing.models.closings import AccountClosing, LedgerClosing
from billing.models.credits import CreditHold, CreditHoldPart, CreditLot, RefundedCredits
from billing.models.disputes import Dispute, DisputedSale
from billing.models.documents import Document, DocumentCounter, DocumentKind
from billing.models.events import StripeEvent
from billing.models.judged_payments import JudgedPayment
from billing.models.ledger import Account, AccountKind, Balance, Entry, Reason, Transaction
from billing.models.payout_schedules import PayoutSchedule
from billing.models.payout_stops import PayoutStop
from billing.models.payouts import BankRefusal, Payout, PayoutAccount
from billing.models.plans import Audience, CreditPack, Interval, Plan, PlanPrice, StripeCustomer
from billing.models.purchases import AutomaticTopUp, CreditPurchase
from billing.models.reconciliation import LedgerDifference, Reconciliation, StripeMovement
from billing.models.reserves import RollingReserve
from billing.models.sales import Sale
from billing.models.sellers import SellerDeclaration
from billing.models.subscriptions import (
    PaidPeriod,
    PlanChange,
    PlanLetter,
    PlanMonth,
    PlanSubscription,
    PlanTrial,
    SubscriptionAtStripe,
)
from billing.models.taxes import TaxedPart, WithTax

__all__ = [
    "Account",
    "AccountClosing",
    "AccountKind",
    "Audience",
    "AutomaticTopUp",
    "Balance",
    "BankRefusal",
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
    "Interval",
    "JudgedPayment",
    "LedgerClosing",
    "LedgerDifference",
    "PaidPeriod",
    "Payout",
    "PayoutAccount",
    "PayoutSchedule",
    "PayoutStop",
    "Plan",
    "PlanChange",
    "PlanLetter",
    "PlanMonth",
    "PlanPrice",
    "PlanSubscription",
    "PlanTrial",
    "Reason",
    "Reconciliation",
    "RefundedCredits",
    "RollingReserve",
    "Sale",
    "SellerDeclaration",
    "StripeCustomer",
    "StripeEvent",
    "StripeMovement",
    "SubscriptionAtStripe",
    "TaxedPart",
    "Transaction",
    "WithTax",
]
