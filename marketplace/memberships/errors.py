"""What can go wrong with tiers and memberships."""

from marketplace.core.errors import Conflict, InvalidInput, NotAllowed, NotFound


class TierNotFound(NotFound):
    """There is no such tier."""

    code = "tier_not_found"


class TierInvalid(InvalidInput):
    """A tier cannot be offered like this."""

    code = "tier_invalid"


class LevelTaken(Conflict):
    """You offer another tier of this level."""

    code = "level_taken"


class TierNotOpen(NotFound):
    """This tier takes no new members."""

    code = "tier_not_open"


class OwnMembership(NotAllowed):
    """You cannot join yourself."""

    code = "own_membership"


class MemberAlready(Conflict):
    """You are a member already."""

    code = "member_already"


class JoiningElsewhere(Conflict):
    """You are joining in another window."""

    code = "joining_elsewhere"


class MembershipNotFound(NotFound):
    """You have no such membership."""

    code = "membership_not_found"


class MembershipConsentMissing(InvalidInput):
    """Please agree that the membership begins at once."""

    code = "consent_missing"


class MembershipChangeNotPossible(Conflict):
    """Your membership cannot be changed in this way now."""

    code = "membership_change_not_possible"


class NoMembershipChangeWaits(NotFound):
    """No change of your membership is waiting."""

    code = "no_membership_change_waits"


class MembershipAmountDiffers(Conflict):
    """The amount has changed since you saw it.

    Facts: ``asked``.
    """

    code = "membership_amount_differs"
