"""To contest a dispute or not: chosen once, by an administrator, or by the time that is left."""

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.orders.errors import AnswerDecided, AnswerNotFound
from marketplace.orders.models import DisputeEvidence

State = DisputeEvidence.State


@transaction.atomic
def send_now(*, decider: User | None, dispute_id: str) -> None:
    """Let the answer go, by a job that is queued in the same transaction; nobody can add to it from here on.

    ``decider`` None: its time has come. Raises AnswerNotFound, AnswerDecided where another choice was first.
    """
    from marketplace.orders import tasks

    _choose(dispute_id, decider, State.SENDING)
    tasks.defer_answer(tasks.hand_in_evidence, dispute_id)


@transaction.atomic
def concede(*, decider: User, dispute_id: str) -> None:
    """Do not contest the dispute: it is lost for good as soon as the job has told Stripe.

    Raises AnswerNotFound, AnswerDecided where another choice was first.
    """
    from marketplace.orders import tasks

    _choose(dispute_id, decider, State.CONCEDING)
    tasks.defer_answer(tasks.give_up_dispute, dispute_id)


def send_what_is_due() -> int:
    """Let the answers go whose time has come; answers how many."""
    due = DisputeEvidence.objects.filter(state=State.READY, send_at__lte=now()).order_by("send_at")
    sent = 0
    for dispute_id in due.values_list("pk", flat=True)[:100]:
        try:
            send_now(decider=None, dispute_id=dispute_id)
        except AnswerDecided:
            continue  # somebody chose in this moment
        sent += 1
    return sent


@transaction.atomic
def _choose(dispute_id: str, decider: User | None, to: str) -> None:
    if decider is not None and not decider.has_perm("orders.change_disputeevidence"):
        raise AnswerNotFound()
    claimed = DisputeEvidence.objects.filter(pk=dispute_id, state=State.READY).update(
        state=to, decided_by=decider, decided_at=now(), problem=""
    )
    if claimed:
        return
    row = DisputeEvidence.objects.filter(pk=dispute_id).first()
    if row is None:
        raise AnswerNotFound()
    if row.state == State.GATHERING:
        raise AnswerDecided(_("The evidence is still being gathered."), way_out=_("Try again in a minute."))
    raise AnswerDecided(_("This is decided already: %(state)s.") % {"state": row.get_state_display()}, state=row.state)
