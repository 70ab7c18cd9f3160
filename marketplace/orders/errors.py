"""What can go wrong with buying and downloading."""

from django.utils.translation import gettext as _

from marketplace.core.errors import Conflict, InvalidInput, NotAllowed, NotFound


class OrderNotFound(NotFound):
    """There is no such order."""

    code = "order_not_found"


class OwnWork(NotAllowed):
    """This is your own work."""

    code = "own_work"


class WorkNotOnSale(Conflict):
    """This work is not on sale."""

    code = "work_not_on_sale"


class LicensedAlready(Conflict):
    """You have this licence already.

    Facts: ``number``.
    """

    code = "licensed_already"


class OrderClosed(Conflict):
    """This order is not open any more.

    Facts: ``state``.
    """

    code = "order_closed"


class RefundNotPossible(Conflict):
    """This cannot be refunded."""

    code = "refund_not_possible"


class RefundAskedAlready(Conflict):
    """You have asked for this money already; the answer is still to come."""

    code = "refund_asked_already"


class RefundRequestNotFound(NotFound):
    """There is no such request."""

    code = "refund_request_not_found"


class RefundDecidedAlready(Conflict):
    """This request has been decided already.

    Facts: ``state``.
    """

    code = "refund_decided_already"


class FileNotThere(NotFound):
    """This version has no file to download."""

    code = "file_not_there"


class AnswerNotFound(NotFound):
    """There is no such dispute."""

    code = "answer_not_found"


class AnswerDecided(Conflict):
    """The answer to this dispute is decided already.

    Facts: ``state``.
    """

    code = "answer_decided"


class WordsUnfit(InvalidInput):
    """This text cannot be sent to the bank."""

    code = "words_unfit"


class BasketNotPossible(Conflict):
    """These cannot be bought together."""

    code = "basket_not_possible"

    @classmethod
    def too_many(cls, most: int) -> "BasketNotPossible":
        """More than ``most`` licences."""
        message = _("At most %(most)d licences can be bought at once.") % {"most": most}
        return cls(message, way_out=_("Buy some of them first."))


class AmountNotPossible(InvalidInput):
    """This amount is not possible."""

    code = "amount_not_possible"


class DiscountNotUsable(Conflict):
    """This discount code cannot be used."""

    code = "discount_not_usable"


class DiscountCodeInvalid(InvalidInput):
    """This discount code cannot be made so."""

    code = "discount_code_invalid"


class DiscountCodeTaken(Conflict):
    """There is such a code already."""

    code = "discount_code_taken"


class DiscountCodeNotFound(NotFound):
    """There is no such code among yours."""

    code = "discount_code_not_found"


class BundleInvalid(InvalidInput):
    """A bundle cannot be made so."""

    code = "bundle_invalid"


class BundleNotFound(NotFound):
    """There is no such bundle."""

    code = "bundle_not_found"


class BundleNotOnSale(Conflict):
    """This bundle cannot be bought."""

    code = "bundle_not_on_sale"


class ReferralLinkNotFound(NotFound):
    """There is no such referral link."""

    code = "referral_link_not_found"


class ReversalNotPossible(Conflict):
    """This order cannot be taken back."""

    code = "reversal_not_possible"


class ConsentMissing(InvalidInput):
    """Nothing is delivered without consent to delivery at once."""

    code = "consent_missing"


class ClubGivesNot(Conflict):
    """Your club does not give this licence."""

    code = "club_gives_not"
