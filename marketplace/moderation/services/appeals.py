"""The artist disagrees; another look, once."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.catalog.services import restore_work
from marketplace.core.clock import now
from marketplace.moderation.errors import (
    AppealedAlready,
    AppealInvalid,
    CannotBeAppealed,
    NothingToDecide,
    NoticeNotFound,
)
from marketplace.moderation.models import Appeal, Decision
from marketplace.moderation.services.decisions import check_moderator, check_reason
from marketplace.moderation.services.trail import write_down

FEWEST_CHARACTERS = 10
MOST_CHARACTERS = 4000


@transaction.atomic
def appeal(*, artist: User, decision: Decision, text: str) -> Appeal:
    """The artist's appeal against a decision that hid her work, once per decision.

    Raises NoticeNotFound (also for a decision about somebody else's work), CannotBeAppealed, AppealedAlready and
    AppealInvalid.
    """
    work = Work.objects.select_for_update(of=("self",), no_key=True).select_related("artist").get(pk=decision.work_id)
    if work.artist.user_id != artist.pk:
        raise NoticeNotFound(_("There is no such notice."))
    if decision.action != Decision.Action.HIDE or work.status != Work.Status.HIDDEN:
        raise CannotBeAppealed(
            _("The work is not hidden by this decision (any more)."), way_out=_("Look at the work's page.")
        )
    cleaned = text.strip()
    if not FEWEST_CHARACTERS <= len(cleaned) <= MOST_CHARACTERS:
        raise AppealInvalid(
            _("Please say why the decision is wrong."),
            way_out=_("Write %(fewest)d to %(most)d characters.")
            % {"fewest": FEWEST_CHARACTERS, "most": MOST_CHARACTERS},
        )
    try:
        with transaction.atomic():
            made = Appeal.objects.create(decision=decision, text=cleaned, appealed_at=now())
    except IntegrityError as error:
        raise AppealedAlready(
            _("You have appealed against this decision already."), way_out=_("A moderator will answer.")
        ) from error
    write_down(event="appealed", actor=artist, work=work, object_ref=f"appeal:{made.pk}")
    return made


@transaction.atomic
def decide_appeal(*, moderator: User, appeal: Appeal, restore: bool, reason: str) -> Decision:
    """Answer an open appeal: show the work again (``restore``) or keep it hidden, with a reason; tells the artist.

    Raises NotModerator, OwnWorkDecision, ReasonMissing and NothingToDecide where it was answered already.
    """
    present = Appeal.objects.select_for_update(of=("self",), no_key=True).select_related("decision").get(pk=appeal.pk)
    work = Work.objects.select_related("artist__user").get(pk=present.decision.work_id)
    check_moderator(moderator=moderator, work=work)
    reason = check_reason(reason)
    if present.state != Appeal.State.OPEN:
        raise NothingToDecide(_("This appeal was answered already."), way_out=_("Reload the queue."))
    action = Decision.Action.RESTORE if restore else Decision.Action.UPHOLD
    outcome = Decision.objects.create(work=work, moderator=moderator, action=action, reason=reason, decided_at=now())
    state = Appeal.State.GRANTED if restore else Appeal.State.REJECTED
    Appeal.objects.filter(pk=present.pk).update(state=state, outcome=outcome)
    if restore:
        restore_work(work=work)
    write_down(
        event="restored" if restore else "upheld",
        actor=moderator,
        work=work,
        object_ref=f"appeal:{present.pk}",
        decision=str(outcome.pk),
    )
    from marketplace.moderation import tasks

    tasks.tell_appeal_decided.defer(decision_id=str(outcome.pk))
    return outcome
