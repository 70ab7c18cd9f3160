"""Referrals: an order that came by somebody's link gives her a share of the platform's fee in each licence.

The link that was followed last counts. An artist gets it as money, which waits and goes back as the sale does; whoever
has no storefront gets credits of the same worth (rounded down) when the sale's holding time is over. Credits of what is
refunded later are taken back as far as they are not spent. Nobody is paid for what she buys or gets herself, nor for
her own works; tips bring nothing.
"""

import secrets
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from billing.models import Reason, Sale
from billing.services import grant_credits, record_referral, revoke_credits
from marketplace.accounts.models import User
from marketplace.accounts.selectors import artist_of
from marketplace.core.clock import now
from marketplace.core.money import Money, share_of_basis_points, split_by_largest_remainder
from marketplace.orders.errors import ReferralLinkNotFound
from marketplace.orders.models import Order, OrderLine, Referral, ReferralLink, ReferralReward

# Without letters and digits that look like others.
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_LENGTH = 8
# What one credit is worth, in minor units: that of the smallest pack in dollars, rounded up in the other currencies.
CREDIT_IS_WORTH = {"USD": 5, "EUR": 5, "CNY": 36, "JPY": 8}


def referral_link_of(*, user: User) -> ReferralLink:
    """The person's link, made where there is none; two calls at once make one."""
    link = ReferralLink.objects.filter(user=user).first()
    if link is None:
        code = "".join(secrets.choice(_LETTERS) for _n in range(_LENGTH))
        ReferralLink.objects.bulk_create([ReferralLink(user=user, code=code)], ignore_conflicts=True)
        link = ReferralLink.objects.get(user=user)
    return link


def note_click(*, code: str) -> ReferralLink:
    """Somebody followed a link. Raises ReferralLinkNotFound."""
    if not ReferralLink.objects.filter(code=code).update(clicks=F("clicks") + 1):
        raise ReferralLinkNotFound(_("There is no such link."), way_out=_("Look around all the same."))
    return ReferralLink.objects.get(code=code)


def attach_referral(*, order: Order, code: str) -> Referral | None:
    """Note by whose link a new order came; None where there is no such link, or it is the buyer's own."""
    link = ReferralLink.objects.filter(code=code, user__is_active=True).exclude(user=order.buyer_id).first()
    share = settings.CONFIGURATION.referral_share_basis_points
    if link is None or not share:
        return None
    return Referral.objects.create(order=order, link=link, share_basis_points=share)


def reward_line(*, order: Order, line: OrderLine, sale: Sale, holder: User) -> ReferralReward | None:
    """Give what a licence that was sold is worth to whoever referred its buyer, in the transaction of the sale."""
    referral = Referral.objects.select_related("link__user").filter(order=order).first()
    if referral is None or referral.link.user_id in {order.buyer_id, holder.pk, line.work.artist.user_id}:
        return None
    share = Money(share_of_basis_points(sale.fee.amount_minor, referral.share_basis_points), sale.currency)
    if not share.amount_minor:
        return None
    affiliate = artist_of(referral.link.user)
    part = record_referral(sale=sale, affiliate=affiliate, share=share) if affiliate is not None else None
    return ReferralReward.objects.create(
        line=line,
        referral=referral,
        sale=sale,
        part=part,
        share_minor=share.amount_minor,
        currency=share.currency,
        credits_due_at=None if part is not None else sale.available_at,
    )


@transaction.atomic
def settle_reward(*, line_id: UUID) -> None:
    """Grant the credits of a reward whose time has come, or take back what a refund has taken; may run twice at once.

    Does nothing for a reward in money (it goes back with its sale), and where there is none.
    """
    reward = (
        ReferralReward.objects.select_for_update(no_key=True, of=("self",))
        .select_related("sale", "referral__link__user")
        .filter(pk=line_id, part=None)
        .first()
    )
    if reward is None:
        return
    user, worth = reward.referral.link.user, _credits_left(reward)
    if reward.credits_due_at is not None:
        if reward.credits_due_at > now():
            return
        reward.credits_due_at = None
        reward.credits_granted = worth
        if worth:
            grant_credits(
                user=user, amount=worth, reason=Reason.REFERRAL, object_ref=reward.reference, effect="granted"
            )
    elif (too_many := reward.credits_granted - reward.credits_returned - worth) > 0:
        reward.credits_returned += revoke_credits(
            user=user,
            amount=too_many,
            reason=Reason.REFERRAL,
            object_ref=reward.reference,
            granted_by="granted",
            effect=f"revoked:{reward.sale.refunded_minor}",
        )
    reward.save(update_fields=["credits_due_at", "credits_granted", "credits_returned"])


def _credits_left(reward: ReferralReward) -> int:
    """The credits for what of the sale has neither gone back nor is disputed."""
    sale = reward.sale
    there = sale.gross_minor - sale.refunded_minor
    share = split_by_largest_remainder(reward.share_minor, [there, sale.refunded_minor])[0]
    return share // CREDIT_IS_WORTH[reward.currency]


def rewards_due() -> list[UUID]:
    """Lines whose referral's credits can be granted."""
    due = ReferralReward.objects.filter(credits_due_at__lte=now()).order_by("credits_due_at")
    return list(due.values_list("pk", flat=True)[:500])
