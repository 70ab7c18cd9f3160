"""Making discount codes, and switching them off and on. What they do to prices: `discounts`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.core.money import CREDITS, Money
from marketplace.orders.errors import DiscountCodeInvalid, DiscountCodeNotFound, DiscountCodeTaken
from marketplace.orders.models import DiscountCode

_FORM = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{1,22})[A-Z0-9]")


@dataclass(frozen=True, slots=True)
class Limits:
    """When a code is good (``starts_at`` <= moment < ``ends_at``), and how often; None: without a limit."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    most_uses: int | None = None
    most_uses_per_buyer: int | None = 1


def normal_code(text: str) -> str:
    """A code as it is stored: capitals, without spaces around it. Raises DiscountCodeInvalid."""
    code = text.strip().upper()
    if not _FORM.fullmatch(code):
        raise DiscountCodeInvalid(
            _("“%(code)s” is not a possible code.") % {"code": text.strip()[:24]},
            way_out=_("Use 3 to 24 letters from A to Z, digits and hyphens, and no hyphen at either end."),
        )
    return code


def create_code(
    *,
    artist: Artist,
    text: str,
    takes: int | Money,
    works: Sequence[UUID] = (),
    limits: Limits | None = None,
) -> DiscountCode:
    """A code of ``artist`` for her works, or for some of them.

    ``takes``: basis points of each price (1/100 of a percent), or an amount of money. Raises DiscountCodeInvalid,
    and DiscountCodeTaken where anybody has a code of this name.
    """
    limits = limits or Limits()
    code = normal_code(text)
    _check(takes, limits)
    hers = list(Work.objects.filter(artist=artist, pk__in=works))
    if len(hers) < len(set(works)):
        raise DiscountCodeInvalid(_("A code is for works of your own."), way_out=_("Choose among your works."))
    try:
        with transaction.atomic():
            made = DiscountCode.objects.create(
                code=code,
                artist=artist,
                share_basis_points=takes if isinstance(takes, int) else None,
                amount_minor=takes.amount_minor if isinstance(takes, Money) else None,
                currency=takes.currency if isinstance(takes, Money) else "",
                starts_at=limits.starts_at,
                ends_at=limits.ends_at,
                most_uses=limits.most_uses,
                most_uses_per_buyer=limits.most_uses_per_buyer,
            )
            made.works.set(hers)
    except IntegrityError as error:
        raise DiscountCodeTaken(
            _("There is a code %(code)s already.") % {"code": code}, way_out=_("Think of another one.")
        ) from error
    return made


def _check(takes: int | Money, limits: Limits) -> None:
    if isinstance(takes, int) and not 0 < takes <= 10_000:
        raise DiscountCodeInvalid(_("A share is more than 0% and at most 100%."), way_out=_("Give another share."))
    if isinstance(takes, Money) and (takes.currency == CREDITS or takes.amount_minor <= 0):
        raise DiscountCodeInvalid(_("An amount is money, more than nothing."), way_out=_("Give another amount."))
    if limits.starts_at and limits.ends_at and limits.ends_at <= limits.starts_at:
        raise DiscountCodeInvalid(_("The code would end before it begins."), way_out=_("Change one of the dates."))
    if any(most is not None and most < 1 for most in (limits.most_uses, limits.most_uses_per_buyer)):
        raise DiscountCodeInvalid(_("A limit is one use or more."), way_out=_("Leave it empty for no limit."))


def switch_code(*, artist: Artist, code_id: UUID, is_active: bool) -> DiscountCode:
    """Switch a code of the artist's off, or on again; open orders keep what they were promised.

    Raises DiscountCodeNotFound, also for a code of somebody else.
    """
    if not DiscountCode.objects.filter(pk=code_id, artist=artist).update(is_active=is_active):
        raise DiscountCodeNotFound(way_out=_("Look at your codes."))
    return DiscountCode.objects.get(pk=code_id)
