"""What an artist declares as a seller, written down with its date."""

from django.db import transaction
from django.utils.translation import gettext as _

from billing.errors import CertificationMissing
from billing.models import PayoutAccount, SellerDeclaration
from billing.selectors.sellers import WORDING, declaration_of
from marketplace.accounts.models import Artist, User
from marketplace.core.clock import now

LONGEST_REGISTER = 200


@transaction.atomic
def declare_seller(
    *, declarer: User, artist: Artist, is_trader: bool, trade_register: str = "", certifies: bool
) -> SellerDeclaration:
    """Record that ``artist`` offers only what complies with the law (Article 30(1)(e)) and how she sells.

    The same said again changes nothing. Raises CertificationMissing.
    """
    from billing.tasks import copy_account

    if not certifies:
        raise CertificationMissing(way_out=_("Tick the declaration to go on."))
    register = " ".join(trade_register.split())[:LONGEST_REGISTER] if is_trader else ""
    Artist.objects.select_for_update(no_key=True).get(pk=artist.pk)
    last = declaration_of(artist)
    if last is not None and (last.is_trader, last.trade_register, last.wording) == (is_trader, register, WORDING):
        return last
    account = PayoutAccount.objects.filter(artist=artist).first()
    if account is not None:
        # What buyers are shown of a trader is copied by a job: Stripe need not answer for a declaration to count.
        copy_account.defer(stripe_account_id=account.stripe_account_id)
    return SellerDeclaration.objects.create(
        artist=artist,
        is_trader=is_trader,
        trade_register=register,
        wording=WORDING,
        declared_by=declarer,
        declared_at=now(),
    )
