"""What can go wrong with shares."""

from marketplace.core.errors import Conflict, InvalidInput, NotAllowed, NotFound


class ShareInvalid(InvalidInput):
    """This share cannot be given."""

    code = "share_invalid"


class ShareNotFound(NotFound):
    """There is no such share."""

    code = "share_not_found"


class NotYourShare(NotAllowed):
    """This share is between other artists."""

    code = "not_your_share"


class ShareStateForbids(Conflict):
    """The share has been decided or ended meanwhile."""

    code = "share_state_forbids"
