"""A person decides on what was held, once, within its time; after it, it is refused."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.risk.errors import ReasonMissing, VerdictDecided, VerdictNotFound
from marketplace.risk.models import Decision, Verdict
from marketplace.risk.signals import verdict_decided


@transaction.atomic
def decide(*, decider: User | None, verdict_id: UUID, approves: bool, reason: str = "") -> Decision:
    """Approve or refuse what was held. ``decider`` None: the time was over, or a bank spoke.

    Raises VerdictNotFound (nothing is held there, or no right to decide, also in one's own cause), VerdictDecided,
    ReasonMissing.
    """
    verdict = Verdict.objects.filter(pk=verdict_id, outcome=Verdict.Outcome.HOLD).first()
    if verdict is None or not _may_decide(decider, verdict):
        raise VerdictNotFound()
    if decider is not None and not reason.strip():
        raise ReasonMissing(_("Say why, in a sentence."), way_out=_("It is kept with the decision."))
    made = Decision(verdict=verdict, is_approved=approves, decider=decider, reason=reason.strip()[:2000], at=now())
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise VerdictDecided(_("This has been decided already."), way_out=_("Open it again to see how.")) from error
    verdict_decided.send(sender=Decision, decision=made)
    return made


def _may_decide(decider: User | None, verdict: Verdict) -> bool:
    if decider is None:
        return True
    return decider.pk != verdict.person_id and decider.has_perm("risk.add_decision")


def lapse_overdue() -> int:
    """Refuse what nobody decided in time; answers how many. A bank's warning then stays without a consequence."""
    late = Verdict.objects.filter(outcome=Verdict.Outcome.HOLD, decision=None, decide_by__lte=now())
    lapsed = 0
    for verdict in late.order_by("decide_by")[:100]:
        try:
            decide(decider=None, verdict_id=verdict.pk, approves=verdict.kind == Verdict.Kind.WARNING)
        except VerdictDecided:
            continue  # somebody decided in this moment
        lapsed += 1
    return lapsed
