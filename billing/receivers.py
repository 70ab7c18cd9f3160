"""What billing does when a lower room says that something happened."""

from billing.models import Dispute, Sale
from billing.services.judged_payments import act_on_dispute, refuse_disputed
from billing.services.own_refunds import brought_revenue
from billing.services.sale_refunds import refund_parts
from billing.services.welcome import welcome, welcome_after_decision
from marketplace.accounts.models import Artist
from marketplace.risk.models import Decision, Verdict


def welcome_artist(*, artist: Artist, **_more: object) -> None:
    """Grant the welcome credits once per person, in the transaction that opened the storefront; or hold them."""
    welcome(user=artist.user)


def act_on_decision(*, decision: Decision, **_more: object) -> None:
    """Somebody has decided on welcome credits, or on a payment for credits or a plan: a job settles that one."""
    if decision.verdict.kind == Verdict.Kind.WELCOME:
        welcome_after_decision(decision=decision)
    elif decision.verdict.kind == Verdict.Kind.PURCHASE:
        from billing import tasks

        tasks.defer_settlement(decision.verdict.subject_ref)


def refund_parts_of_lost(*, sale: Sale, dispute: Dispute, **_more: object) -> None:
    """A bank kept a sale, or a part of it: what the platform added to it goes back too."""
    refund_parts(sale, effect=f"dispute_lost:{dispute.pk}")


def follow_dispute(*, dispute: Dispute, **_more: object) -> None:
    """A bank took back a payment that waits: it is refused."""
    if not dispute.is_over:
        refuse_disputed(payment_ref=dispute.payment_ref, reason="The buyer's bank disputes the payment.")


def end_dispute_of_refused(*, dispute: Dispute, **_more: object) -> None:
    """Of a payment that was not accepted: who has the money now. Of one for credits or a plan: what it brought goes, by
    a job, for whoever takes it back locks what was bought before the payment.
    """
    from billing import tasks

    act_on_dispute(dispute)
    if dispute.outcome == Dispute.Outcome.LOST and brought_revenue(dispute.payment_ref):
        tasks.follow_lost_dispute.defer(dispute_id=dispute.pk)
