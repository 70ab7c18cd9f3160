"""What can go wrong with deciding on what was held."""

from marketplace.core.errors import Conflict, InvalidInput, NotFound


class VerdictNotFound(NotFound):
    """Nothing waits for a decision here."""

    code = "verdict_not_found"


class VerdictDecided(Conflict):
    """This has been decided already."""

    code = "verdict_decided"


class ReasonMissing(InvalidInput):
    """A decision needs a reason."""

    code = "reason_missing"
