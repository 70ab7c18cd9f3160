"""What can go wrong with works."""

from marketplace.core.errors import Conflict, InvalidInput, NotAllowed, NotFound


class WorkNotFound(NotFound):
    """There is no such work, or it is not shown."""

    code = "work_not_found"


class NotYourWork(NotAllowed):
    """This work belongs to another artist."""

    code = "not_your_work"


class WorkStateForbids(Conflict):
    """The work is in a state in which this cannot be done."""

    code = "work_state_forbids"


class WorkClosed(NotAllowed):
    """This work is not open to everybody.

    Facts: ``audience``; ``url``, the way in, and ``url_label``; of what is for the club first also ``public_from``.
    """

    code = "work_closed"


class AudienceInvalid(InvalidInput):
    """A work cannot be for these."""

    code = "audience_invalid"


class TagInvalid(InvalidInput):
    """This tag cannot be used."""

    code = "tag_invalid"
