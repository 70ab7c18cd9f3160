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


class EventNotProcessed(Retryable):
    """An event of Stripe's could not be written down; it will be tried again."""

    code = "event_not_processed"


class PayoutNotPossible(Conflict):
    """Nothing can be paid out now.

    Facts: ``cause``.
    """

    code = "payout_not_possible"


class PayoutDayInvalid(InvalidInput):
    """There is no such payout day."""

    code = "payout_day_invalid"


class PayoutStopNotAllowed(NotAllowed):
    """Only administrators stop payouts."""

    code = "payout_stop_not_allowed"


class PayoutStopNeedsReason(InvalidInput):
    """Payouts are not stopped without a reason."""

    code = "payout_stop_needs_reason"


class PayoutsStoppedAlready(Conflict):
    """This artist's payouts are stopped already."""

    code = "payouts_stopped_already"


class PayoutStopLifted(Conflict):
    """This stop was lifted already."""

    code = "payout_stop_lifted"


class CertificationMissing(InvalidInput):
    """Nobody is paid without the declaration as a seller."""

    code = "certification_missing"


class ChangeNotPossible(Conflict):
    """Your plan cannot be changed in this way now."""

    code = "change_not_possible"


class ChangeWaitsAlready(Conflict):
    """Another change of your plan is under way."""

    code = "change_waits_already"


class NoChangeWaits(NotFound):
    """No change of your plan is waiting."""

    code = "no_change_waits"


class AmountDiffers(Conflict):
    """The amount has changed since you saw it.

    Facts: ``asked``.
    """

    code = "amount_differs"


class PauseNotPossible(Conflict):
    """Your plan cannot be paused now."""

    code = "pause_not_possible"


class NoSavedCard(Conflict):
    """You have no saved card."""

    code = "no_saved_card"


class TopUpInvalid(InvalidInput):
    """An automatic top-up cannot be set like this."""

    code = "top_up_invalid"


class NoTopUp(NotFound):
    """You have set no automatic top-up."""

    code = "no_top_up"


class NotAgreed(InvalidInput):
    """Your agreement is needed for this."""

    code = "not_agreed"


class DocumentNotFound(NotFound):
    """There is no such invoice."""

    code = "document_not_found"


class NoClubLicence(Conflict):
    """Your club has no licence left this month."""

    code = "no_club_licence"
