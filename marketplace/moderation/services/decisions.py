"""A moderator hides a work with a reason, or dismisses what was reported."""

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.catalog.services import hide_work
from marketplace.core.clock import now
from marketplace.moderation.errors import NothingToDecide, NotModerator, OwnWorkDecision, ReasonMissing
from marketplace.moderation.models import Decision, Report
from marketplace.moderation.services.trail import write_down

FEWEST_CHARACTERS = 10
MOST_CHARACTERS = 2000


def check_moderator(*, moderator: object, work: Work) -> User:
    """Raises NotModerator and OwnWorkDecision."""
    if not isinstance(moderator, User) or not moderator.is_moderator:
        raise NotModerator(_("Only moderators may do this."), way_out=_("Ask an administrator for the role."))
    if work.artist.user_id == moderator.pk:
        raise OwnWorkDecision(
            _("A moderator does not decide about her own work."), way_out=_("Leave this to another moderator.")
        )
    return moderator


def check_reason(reason: str) -> str:
    """The reason without spaces around it. Raises ReasonMissing."""
    cleaned = reason.strip()
    if not FEWEST_CHARACTERS <= len(cleaned) <= MOST_CHARACTERS:
        raise ReasonMissing(
            _("A decision needs a reason that the artist can understand."),
            way_out=_("Write %(fewest)d to %(most)d characters; the artist reads them.")
            % {"fewest": FEWEST_CHARACTERS, "most": MOST_CHARACTERS},
        )
    return cleaned


@transaction.atomic
def decide(*, moderator: User, work: Work, action: str, reason: str) -> Decision:
    """``hide`` the work, or ``dismiss`` its open reports; every open report of the work ends with it.

    Hiding tells the artist by e-mail and with a notice that she can appeal from. Licences stay valid. Raises
    NotModerator, OwnWorkDecision, ReasonMissing, and NothingToDecide where another moderator was faster (nothing
    is open to dismiss, or the work is hidden already).
    """
    action = Decision.Action(action)
    if action not in (Decision.Action.HIDE, Decision.Action.DISMISS):
        raise ValueError(f"{action} belongs to an appeal")
    work = Work.objects.select_for_update(of=("self",), no_key=True).select_related("artist__user").get(pk=work.pk)
    check_moderator(moderator=moderator, work=work)
    reason = check_reason(reason)
    open_reports = Report.objects.filter(work=work, state=Report.State.OPEN)
    decided = NothingToDecide(_("Another moderator decided about this work already."), way_out=_("Reload the queue."))
    if action == Decision.Action.DISMISS and not open_reports.exists():
        raise decided
    if action == Decision.Action.HIDE and not hide_work(work=work):
        raise decided
    decision = Decision.objects.create(work=work, moderator=moderator, action=action, reason=reason, decided_at=now())
    state = Report.State.UPHELD if action == Decision.Action.HIDE else Report.State.DISMISSED
    ended = open_reports.update(state=state, decision=decision)
    write_down(
        event="hidden" if action == Decision.Action.HIDE else "dismissed",
        actor=moderator,
        work=work,
        object_ref=f"decision:{decision.pk}",
        reports=ended,
    )
    if action == Decision.Action.HIDE:
        from marketplace.moderation import tasks

        tasks.tell_hidden.defer(decision_id=str(decision.pk))
    return decision
