"""What can go wrong with credits, plans, sales, payouts and Stripe's events."""

from marketplace.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, Retryable


class InsufficientCredits(Conflict):
    """There are not enough credits for this.

    Facts: ``needed``, ``available``.
    """

    code = "insufficient_credits"
    http_status = 402


class HoldNotFound(NotFound):
    """No credits were reserved for this."""

    code = "hold_not_found"


class HoldEndedAlready(Conflict):
    """The credits reserved for this were settled or returned already.

    Facts: ``state``.
    """

    code = "hold_ended_already"


class HoldDiffers(Conflict):
    """Credits are reserved for this already, for another person or another amount."""

    code = "hold_differs"


class SettlementExceedsHold(InvalidInput):
    """More was to be spent than was reserved.

    Facts: ``held``, ``asked``.
    """

    code = "settlement_exceeds_hold"


class AmountInvalid(InvalidInput):
    """An amount must be a whole number above zero."""

    code = "amount_invalid"


class NotForSale(NotFound):
    """This pack or plan is not on sale."""

    code = "not_for_sale"


class PlanRunsAlready(Conflict):
    """You have a plan already."""

    code = "plan_runs_already"


class NoRunningPlan(NotFound):
    """You have no plan that is running."""

    code = "no_running_plan"


class NoStripeCustomer(NotFound):
    """You have bought nothing yet, so there are no payment details to show."""

    code = "no_stripe_customer"


class SaleNotFound(NotFound):
    """No such sale is recorded."""

    code = "sale_not_found"


class SaleDiffers(Conflict):
    """This sale is recorded already, with another amount or artist."""

    code = "sale_differs"


class RefundExceedsSale(Conflict):
    """More would be given back than was paid.

    Facts: ``left``, ``asked``.
    """

    code = "refund_exceeds_sale"


class RefundNotFound(NotFound):
    """No such refund is recorded."""

    code = "refund_not_found"


class NoStorefront(NotAllowed):
    """Only artists have earnings."""

    code = "no_storefront"


class ObjectNotKnownYet(Retryable):
    """An event speaks of something that is not here yet; it will be tried again."""

    code = "object_not_known_yet"


class PaymentDiffers(Conflict):
    """Another amount was paid than was asked.

    Facts: ``paid``, ``asked``.
    """

    code = "payment_differs"


class DocumentNotFound(NotFound):
    """There is no such invoice."""

    code = "document_not_found"
