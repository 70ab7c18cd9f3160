"""What can go wrong with reports, decisions and appeals."""

from marketplace.core.errors import AtelierError, Conflict, InvalidInput, NotAllowed, NotFound


class ReportInvalid(InvalidInput):
    """This report says too little, or too much."""

    code = "report_invalid"


class TooManyReports(AtelierError):
    """Too many reports came from here within an hour."""

    code = "too_many_reports"
    http_status = 429


class NotModerator(NotAllowed):
    """Only moderators may do this."""

    code = "not_moderator"


class OwnWorkDecision(NotAllowed):
    """A moderator does not decide about her own work."""

    code = "own_work_decision"


class ReasonMissing(InvalidInput):
    """A decision needs a reason that the artist can understand."""

    code = "reason_missing"


class NothingToDecide(Conflict):
    """Somebody else decided already."""

    code = "nothing_to_decide"


class NoticeNotFound(NotFound):
    """There is no such notice."""

    code = "notice_not_found"


class AppealedAlready(Conflict):
    """There is an appeal against this decision already."""

    code = "appealed_already"


class CannotBeAppealed(Conflict):
    """Only a decision that hides a work can be appealed."""

    code = "cannot_be_appealed"


class AppealInvalid(InvalidInput):
    """An appeal says why the decision is wrong."""

    code = "appeal_invalid"
