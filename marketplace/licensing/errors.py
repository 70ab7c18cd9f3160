"""What can go wrong with licences."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from marketplace.core.errors import Conflict, InvalidInput, NotAllowed, NotFound


class OfferInvalid(InvalidInput):
    """This offer cannot be made."""

    code = "offer_invalid"


class OfferNotFound(NotFound):
    """There is no such offer, or it is not made any more."""

    code = "offer_not_found"


class SoldExclusively(Conflict):
    """The work was sold exclusively; no further licence can be given."""

    code = "sold_exclusively"

    def __init__(self) -> None:
        super().__init__(
            _("This work was sold exclusively; no further licence can be given."),
            way_out=_("Look at other works of the artist."),
        )


class WorkHeld(Conflict):
    """Somebody is buying the exclusive licence right now.

    ``until``: when it is free again at the latest.
    """

    code = "work_held"

    def __init__(self, *, until: datetime) -> None:
        self.until = until
        super().__init__(
            _("Somebody is buying this work exclusively. If they do not, it is back at %(time)s (UTC) at the latest.")
            % {"time": date_format(localtime(until), "H:i")},
            way_out=_("You have not been charged. Come back then, or look at other works of the artist."),
            until=until.isoformat(),
        )


class OrderLineUsed(Conflict):
    """This order line was granted another licence."""

    code = "order_line_used"


class LicenceNotFound(NotFound):
    """There is no licence with this number."""

    code = "licence_not_found"


class NotYourLicence(NotAllowed):
    """This licence belongs to somebody else."""

    code = "not_your_licence"


class LicenceEnded(Conflict):
    """This licence has ended."""

    code = "licence_ended"


class CertificateInvalid(InvalidInput):
    """This is not a certificate that Atelier signed."""

    code = "certificate_invalid"
