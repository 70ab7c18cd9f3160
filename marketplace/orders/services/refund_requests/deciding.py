"""Deciding on a request: the artist within her time, then the platform within its own, then time; each decision once.

Whoever lets the time pass has said nothing against it: the buyer gets what she asked for, as far as it is left.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.orders.errors import RefundDecidedAlready, RefundNotPossible, RefundRequestNotFound
from marketplace.orders.models import OrderLine, RefundRequest
from marketplace.orders.services.refund_requests.asking import left_to_refund

State, Payback = RefundRequest.State, RefundRequest.Payback
_LONGEST_ANSWER = 4000


@transaction.atomic
def decide_refund(
    *, decider: User, request_id: UUID, grants: bool, amount: Money | None = None, answer: str = ""
) -> RefundRequest:
    """Grant ``amount`` of what was asked (by default all of it), or refuse.

    The work's artist decides while the request is with her; who may change refund requests, while it is undecided. The
    money goes by a job that is queued in the same transaction. Raises RefundRequestNotFound (also for strangers),
    RefundDecidedAlready, RefundNotPossible (more than was asked or than is left; a refusal without a word).
    """
    # One decision on a line at a time: what another grants just now counts. The line first, as `give_back_all` does.
    OrderLine.objects.select_for_update(no_key=True, of=("self",)).filter(refund_requests=request_id).first()
    request = (
        RefundRequest.objects.select_for_update(no_key=True, of=("self",))
        .select_related("line__order", "line__work__artist")
        .filter(pk=request_id)
        .first()
    )
    if request is None or not _may_decide(decider, request):
        raise RefundRequestNotFound()
    if not request.is_undecided:
        raise RefundDecidedAlready(state=request.state)
    if grants:
        request.granted_minor = _grantable(request, amount).amount_minor
        request.state, request.payback = State.GRANTED, Payback.DUE
    else:
        if not answer.strip():
            raise RefundNotPossible(_("Say why, in a sentence."), way_out=_("The buyer reads it."))
        request.state = State.REFUSED
    # The artist's reason stays where the platform decides after her.
    request.answer = "\n\n".join(part for part in (request.answer, answer.strip()) if part)[:_LONGEST_ANSWER]
    request.decided_by, request.decided_at = decider, now()
    request.save()
    _after(request)
    return request


def hand_over_late_requests() -> int:
    """Give the requests on which no artist decided in time to the platform; answers how many."""
    late = RefundRequest.objects.filter(state=State.WITH_ARTIST, decide_by__lte=now())
    return late.update(state=State.WITH_PLATFORM, platform_decides_by=_end_of_platforms_time())


def grant_overdue_requests() -> int:
    """Grant the requests on which the platform did not decide in time; answers how many. Not those of whose price
    nothing is left now, because a bank holds it: the end of the dispute decides.
    """
    # Those that came to the platform before it had a deadline have all of its time from now on.
    RefundRequest.objects.filter(state=State.WITH_PLATFORM, platform_decides_by=None).update(
        platform_decides_by=_end_of_platforms_time()
    )
    late = RefundRequest.objects.filter(state=State.WITH_PLATFORM, platform_decides_by__lte=now())
    return sum(_grant_overdue(request_id) for request_id in late.values_list("pk", flat=True)[:100])


@transaction.atomic
def _grant_overdue(request_id: UUID) -> bool:
    OrderLine.objects.select_for_update(no_key=True, of=("self",)).filter(refund_requests=request_id).first()
    request = (
        RefundRequest.objects.select_for_update(no_key=True, of=("self",)).select_related("line").get(pk=request_id)
    )
    left = min(request.asked, left_to_refund(request.line))
    if request.state != State.WITH_PLATFORM or not left.amount_minor:
        return False
    request.granted_minor, request.decided_at = left.amount_minor, now()
    request.state, request.payback = State.GRANTED, Payback.DUE
    request.save()
    _after(request)
    return True


def _end_of_platforms_time() -> datetime:
    return now() + timedelta(days=settings.CONFIGURATION.refund_platform_days)


def _may_decide(decider: User, request: RefundRequest) -> bool:
    """Nobody judges in her own cause: the buyer never, the artist only while the request is with her."""
    if request.line.order.buyer_id == decider.pk:
        return False
    if request.line.work.artist.user_id == decider.pk:
        return request.state != State.WITH_PLATFORM
    return decider.has_perm("orders.change_refundrequest")


def _grantable(request: RefundRequest, amount: Money | None) -> Money:
    left = left_to_refund(request.line)
    granted = amount if amount is not None else min(request.asked, left)
    most = min(request.asked, left)
    if granted.currency != most.currency or not 0 < granted.amount_minor <= most.amount_minor:
        raise RefundNotPossible(_("Between nothing and %(most)s can be granted.") % {"most": most})
    return granted


def _after(request: RefundRequest) -> None:
    from marketplace.orders import tasks

    if request.state == State.GRANTED:
        tasks.defer_payback(request.pk)
    tasks.tell_buyer_of_decision.defer(request_id=str(request.pk))
