"""What everything costs: plans by the month or the year, compared, and credit packs; for guests and members alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from billing import selectors
from billing.models import Audience, Interval, Plan, PlanChange, PlanSubscription
from marketplace.accounts.models import User
from marketplace.core.money import Money
from marketplace.studio.loras.adding import MOST_LORAS
from marketplace.studio.shares import WITHOUT_A_PLAN, shares_of


@dataclass(frozen=True, slots=True)
class PlanCard:
    """A plan as it is offered to this visitor; ``plan`` None is having none.

    ``action``: sign_up, take, try, current, change, manage, waiting or nothing.
    """

    plan: Plan | None
    price: Money
    by_the_month: Money | None
    saved: Money | None
    features: tuple[str, ...]
    action: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the comparison: a cell for having no plan, then one for each plan."""

    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Visitor:
    """What the buttons depend on."""

    is_known: bool
    may_try: bool
    running: dict[str, PlanSubscription]
    waiting: dict[str, PlanChange]

    @classmethod
    def of(cls, request: HttpRequest) -> "Visitor":
        """A guest has nothing."""
        if not isinstance(request.user, User):
            return cls(is_known=False, may_try=True, running={}, waiting={})
        running = {one.audience: one for one in selectors.running_plans(request.user)}
        waiting = {audience: selectors.waiting_change(one) for audience, one in running.items()}
        return cls(
            is_known=True,
            may_try=selectors.may_try(request.user),
            running=running,
            waiting={audience: one for audience, one in waiting.items() if one is not None},
        )


def interval_of(request: HttpRequest) -> Interval:
    """Which side of the switch is on; by the month where nothing else is said."""
    return Interval.YEAR if request.GET.get("interval") == Interval.YEAR else Interval.MONTH


@require_GET
def pricing(request: HttpRequest) -> HttpResponse:
    """Plans for artists, the club for buyers, packs, and a comparison."""
    interval = interval_of(request)
    visitor = Visitor.of(request)
    plans = [plan for plan in selectors.plans() if plan.price_for(interval) is not None]
    artists = [plan for plan in plans if plan.audience == Audience.ARTIST]
    buyers = [plan for plan in plans if plan.audience == Audience.BUYER]
    shares = shares_of(plans)

    def card(plan: Plan) -> PlanCard:
        return _card(plan, interval, visitor, shares[plan.pk])

    return render(
        request,
        "billing/pricing.html",
        {
            "interval": interval,
            "artist_cards": [
                _free_card(visitor),
                *(_card(plan, interval, visitor, shares[plan.pk]) for plan in artists),
            ],
            "buyer_cards": [_card(plan, interval, visitor, shares[plan.pk]) for plan in buyers],
            "columns": [_("Free"), *(plan.name for plan in artists)],
            "rows": _comparison(artists, interval, shares),
            "packs": selectors.credit_packs(),
        },
    )


def _card(plan: Plan, interval: Interval, visitor: Visitor, share: float) -> PlanCard:
    price = plan.price_for(interval) or plan.price
    is_annual = interval == Interval.YEAR
    saved = plan.price_minor * 12 - price.amount_minor if is_annual else 0
    return PlanCard(
        plan=plan,
        price=price,
        by_the_month=Money(price.amount_minor // 12, price.currency) if is_annual else None,
        saved=Money(saved, price.currency) if saved > 0 else None,
        features=features_of(plan, share),
        action=_action(plan, interval, visitor),
    )


def _action(plan: Plan, interval: Interval, visitor: Visitor) -> str:
    running = visitor.running.get(plan.audience)
    if running is None:
        is_trial = plan.trial_days and visitor.may_try
        return ("try" if is_trial else "take") if visitor.is_known else "sign_up"
    if (running.plan_id, running.interval) == (plan.pk, interval):
        return "current"
    change = visitor.waiting.get(plan.audience)
    if change is not None and (change.to_plan_id, change.to_interval) == (plan.pk, interval):
        return "waiting"
    goes_on = not running.cancel_at_period_end and running.extended_to is None
    is_free_to_change = running.state in ("active", "trialing") and goes_on
    return "change" if is_free_to_change and running.paused_from is None else "manage"


def _free_card(visitor: Visitor) -> PlanCard:
    running = Audience.ARTIST in visitor.running
    action = "nothing" if running else ("current" if visitor.is_known else "sign_up")
    return PlanCard(
        plan=None, price=Money(0, "USD"), by_the_month=None, saved=None, features=_free_features(), action=action
    )


def percent(basis_points: int) -> str:
    """1/100 of a percent as people read them: 1000 is 10 %, 750 is 7.5 %."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%"


def _free_features() -> tuple[str, ...]:
    return (
        ngettext(
            "%(number)d credit when you open a storefront",
            "%(number)d credits when you open a storefront",
            settings.CONFIGURATION.sign_up_credits,
        )
        % {"number": settings.CONFIGURATION.sign_up_credits},
        _("%(percent)s platform fee on your sales")
        % {"percent": percent(settings.CONFIGURATION.platform_fee_basis_points)},
        _("%(number)d LoRA files of your own") % {"number": MOST_LORAS},
    )


def features_of(plan: Plan, share: float) -> tuple[str, ...]:
    """What a plan with this share of the workers gives, a sentence each."""
    told: list[str] = []
    if plan.credits:
        told.append(_("%(number)s credits every month") % {"number": f"{plan.credits:,}"})
    if plan.fee_basis_points is not None:
        told.append(_("%(percent)s platform fee on your sales") % {"percent": percent(plan.fee_basis_points)})
    if plan.private_loras is not None:
        told.append(_("%(number)d LoRA files of your own") % {"number": plan.private_loras})
    if plan.audience == Audience.ARTIST and share > WITHOUT_A_PLAN:
        told.append(_("%(times)s times the share of the workers when many wait") % {"times": f"{share:g}"})
    if plan.licences_each_month:
        told.append(
            ngettext(
                "%(number)d personal licence of up to %(most)s every month",
                "%(number)d personal licences of up to %(most)s every month",
                plan.licences_each_month,
            )
            % {"number": plan.licences_each_month, "most": plan.dearest_licence}
        )
    if plan.audience == Audience.BUYER:
        told.append(_("Early access to works that artists show to the club first"))
    if plan.early_access_hours:
        told.append(_("New works %(hours)d hours before everybody else") % {"hours": plan.early_access_hours})
    return tuple(told)


def _comparison(plans: Sequence[Plan], interval: Interval, shares: dict[UUID, float]) -> list[Row]:
    """What artists get without a plan and with each, side by side."""
    usual_fee = settings.CONFIGURATION.platform_fee_basis_points
    nothing = "–"

    def fee(plan: Plan) -> str:
        return percent(usual_fee if plan.fee_basis_points is None else min(usual_fee, plan.fee_basis_points))

    def lasts(plan: Plan) -> str:
        days = plan.credits_last_days
        return _("%(days)d days") % {"days": days} if days else _("without end")

    def loras(plan: Plan) -> str:
        return str(MOST_LORAS if plan.private_loras is None else plan.private_loras)

    price = _("Price a year") if interval == Interval.YEAR else _("Price a month")
    return [
        Row(price, (str(Money(0, "USD")), *(str(plan.price_for(interval)) for plan in plans))),
        Row(_("Credits every month"), (nothing, *(f"{plan.credits:,}" for plan in plans))),
        Row(_("Credits are good for"), (nothing, *(lasts(plan) for plan in plans))),
        Row(_("Platform fee on sales"), (percent(usual_fee), *(fee(plan) for plan in plans))),
        Row(_("LoRA files of your own"), (str(MOST_LORAS), *(loras(plan) for plan in plans))),
        Row(
            _("Share of the workers when many wait"),
            (f"{WITHOUT_A_PLAN:g}×", *(f"{shares[plan.pk]:g}×" for plan in plans)),
        ),
        Row(
            _("Trial"),
            (nothing, *(_("%(days)d days") % {"days": one.trial_days} if one.trial_days else nothing for one in plans)),
        ),
    ]
