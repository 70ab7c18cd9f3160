"""Giving a licence, once per order line, and ending one."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.catalog.models import WorkVersion
from marketplace.catalog.services import mark_sold_exclusively
from marketplace.core.clock import now
from marketplace.core.ids import new_number
from marketplace.core.money import Money
from marketplace.licensing.errors import OrderLineUsed, SoldExclusively, WorkHeld
from marketplace.licensing.models import LicenceEnding, LicenceGrant, LicenceHold, LicenceOffer, WorkRights
from marketplace.licensing.services.rights import lock_rights
from marketplace.licensing.signals import licence_ended, licence_granted

NUMBER_PREFIX = "AT"


def _name_on_certificate(holder: User, *, is_known: bool) -> str:
    """Her name, or an e-mail that is hers to recognize and nobody's to write to: certificates get passed around."""
    if holder.display_name and is_known:
        return holder.display_name
    name, _at, domain = holder.email.partition("@")
    return f"{name[:2]}…@{domain}"[:120]


@transaction.atomic
def grant_licence(
    *,
    offer: LicenceOffer,
    version: WorkVersion,
    holder: User,
    order_line_ref: str,
    price: Money,
    holder_ref: str = "",
    is_known: bool = True,
) -> LicenceGrant:
    """Give ``holder`` the licence of ``offer`` in ``version``; the same ``order_line_ref`` again answers the same one.

    ``holder_ref``: whose hold may be used for an exclusive licence. An exclusive one ends the hold and takes the work
    off the market. ``is_known``: False where somebody named ``holder`` by her address alone: her name would stand on
    the certificate for whoever has the number. Raises SoldExclusively, WorkHeld (an exclusive licence that somebody
    else holds right now) and OrderLineUsed.
    """
    if version.work_id != offer.work_id:
        raise ValueError(f"version {version.pk} is not one of work {offer.work_id}")
    rights = lock_rights(work_id=offer.work_id)
    given = LicenceGrant.objects.filter(order_line_ref=order_line_ref).first()
    if given is not None:
        if given.offer_id != offer.pk or given.holder_id != holder.pk:
            raise OrderLineUsed(_("This order was used for another licence."), order_line_ref=order_line_ref)
        return given
    if rights.sold_exclusively_at is not None:
        raise SoldExclusively
    is_exclusive = offer.terms.is_exclusive
    if is_exclusive:
        held = LicenceHold.objects.filter(work_id=offer.work_id, released_at=None, until__gt=now()).first()
        if held is not None and held.holder_ref != holder_ref:
            raise WorkHeld(until=held.until)
    grant = LicenceGrant.objects.create(
        number=new_number(NUMBER_PREFIX),
        work=offer.work,
        version=version,
        offer=offer,
        terms=offer.terms,
        is_exclusive=is_exclusive,
        holder=holder,
        holder_name=_name_on_certificate(holder, is_known=is_known),
        order_line_ref=order_line_ref,
        price_minor=price.amount_minor,
        currency=price.currency,
        granted_at=now(),
    )
    if is_exclusive:
        _end_sales(rights, at=grant.granted_at)
    licence_granted.send(sender=LicenceGrant, grant=grant)
    return grant


def _end_sales(rights: WorkRights, *, at: datetime) -> None:
    LicenceHold.objects.filter(work_id=rights.work_id, released_at=None).update(released_at=at)
    WorkRights.objects.filter(pk=rights.pk).update(sold_exclusively_at=at)
    mark_sold_exclusively(work_id=rights.work_id)


@transaction.atomic
def withdraw_from_sale(*, work_id: UUID) -> bool:
    """No licence in this work any more, for good: its picture was sold exclusively as another work of the artist's.

    Licences given before stay valid. False where nothing could be sold anyhow.
    """
    rights = lock_rights(work_id=work_id)
    if rights.sold_exclusively_at is not None:
        return False
    _end_sales(rights, at=now())
    return True


@transaction.atomic
def end_licence(*, grant: LicenceGrant, reason: str, note: str = "") -> LicenceEnding:
    """End a licence for one of LicenceEnding.Reason, once; a repetition answers the first ending.

    An exclusive licence that ends does not bring the work back: the artist lists it anew if she wants to.
    """
    lock_rights(work_id=grant.work_id)
    ending, is_new = LicenceEnding.objects.get_or_create(
        grant=grant, defaults={"reason": LicenceEnding.Reason(reason), "note": note, "ended_at": now()}
    )
    if is_new:
        licence_ended.send(sender=LicenceEnding, ending=ending)
    return ending
