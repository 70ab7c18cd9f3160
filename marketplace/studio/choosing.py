"""Which image model an order goes to: by task and size, and by what the artist wishes: fast, best or cheap."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from generation.engine import contract
from generation.models import GenerationModel
from generation.selectors import default_model, measured_rate, seconds_a_new_job_waits
from marketplace.accounts.models import User
from marketplace.studio.errors import NoModelForThis, PromptUnreadable
from marketplace.studio.loras.choices import ChosenLora
from marketplace.studio.loras.fitting import fits, shapes_in
from marketplace.studio.pricing import check_words, credits_per_picture
from marketplace.studio.selectors import sizes_of
from marketplace.studio.shares import paid_plan, share_of


class Wish(StrEnum):
    """What matters most in an order."""

    FAST = "fast"
    BEST = "best"
    CHEAP = "cheap"


@dataclass(frozen=True, slots=True)
class Option:
    """A model that can do what is wished. ``seconds``: waiting and making of one picture with its usual settings."""

    model: GenerationModel
    seconds: float
    credits: int


@dataclass(frozen=True, slots=True)
class Choice:
    """The model that was chosen, and why, in sentences for the artist."""

    model: GenerationModel
    wish: Wish
    reasons: tuple[str, ...]


def usable_models(user: User) -> list[GenerationModel]:
    """The models that ``user`` may order from, the newest first.

    Raises NoModelInstalled where there is none at all, NoModelForThis where all belong to plans that she has not.
    """
    offered = offered_models()
    mine = [model for model in offered if _is_for(user, model)]
    if not mine:
        raise NoModelForThis(
            _("All image models belong to plans that you do not have."), way_out=_("Choose a plan under Credits.")
        )
    return mine


def choose_tool(*, user: User, kind: contract.Kind) -> GenerationModel:
    """The newest picture tool of ``kind`` that ``user`` may use. Raises NoModelForThis."""
    tools = [tool for tool in _offered_tools() if tool.tool == kind.value]
    if not tools:
        raise NoModelForThis(_("This tool is not offered at the moment."), way_out=_("Choose another tool."))
    mine = next((tool for tool in tools if _is_for(user, tool)), None)
    if mine is None:
        raise NoModelForThis(
            _("This tool belongs to plans that you do not have."), way_out=_("Choose a plan under Credits.")
        )
    return mine


def tools_for(user: User) -> dict[contract.Kind, bool]:
    """The kinds of picture tools that are offered at all, each with whether ``user`` may use it."""
    kinds: dict[contract.Kind, bool] = {}
    # A newer release may have registered tools that this one does not know.
    known = {kind.value for kind in contract.Kind}
    offered = [tool for tool in _offered_tools() if tool.tool in known]
    subscription = paid_plan(user) if any(_plans_of(tool) for tool in offered) else None
    for tool in offered:
        plans = _plans_of(tool)
        is_mine = not plans or (subscription is not None and subscription.plan_id in plans)
        kinds[contract.Kind(tool.tool)] = kinds.get(contract.Kind(tool.tool), False) or is_mine
    return kinds


def _offered_tools() -> list[GenerationModel]:
    return list(
        GenerationModel.objects.filter(is_active=True)
        .exclude(tool="")
        .exclude(commercial_use=GenerationModel.CommercialUse.FORBIDDEN)
        .select_related("terms")
        .prefetch_related("terms__plans")
        .order_by("-created_at")
    )


def sizes_offered(models: list[GenerationModel]) -> list[tuple[int, int]]:
    """Width and height in pixels of what at least one of ``models`` makes; the first model's own size first."""
    return list(dict.fromkeys(size for model in models for size in sizes_of(model)))


def choose_model(
    *,
    user: User,
    wish: Wish = Wish.BEST,
    kind: contract.Kind = contract.Kind.TEXT_TO_IMAGE,
    size: tuple[int, int] | None = None,
    loras: Sequence[ChosenLora] = (),
    control: contract.ControlKind | None = None,
    prompt: str = "",
    negative_prompt: str = "",
) -> Choice:
    """The best model for ``wish`` among those that ``user`` may use and that do ``kind`` at ``size`` (pixels) with all
    of ``loras``, led by ``control``. Models that were taught all words of ``prompt`` go before those that say that they
    were not, and models that can avoid something before those that cannot, where ``negative_prompt`` names it.

    Raises NoModelInstalled, and NoModelForThis where none can do it.
    """
    models = usable_models(user)
    fitting = [model for model in models if model.makes(kind) and (size is None or max(size) <= model.largest_side)]
    if not fitting:
        raise NoModelForThis(way_out=_("Choose a smaller size, or begin without a picture."))
    if control is not None:
        fitting = [model for model in fitting if control.part in model.controls]
        if not fitting:
            raise NoModelForThis(
                _("No image model that you can use follows a sketch or another picture."),
                way_out=_("Begin with the picture itself in the studio."),
            )
    if loras:
        fitting = _with_room_for(loras, fitting)
    if negative_prompt.strip():
        fitting = [model for model in fitting if model.default_guidance > 1.0] or fitting
    fitting, knows_more = _taught(fitting, prompt, loras)
    # One alone is not compared, and asks nothing of the database.
    options = [_option(user, model, size) for model in fitting] if len(fitting) > 1 else [Option(fitting[0], 0.0, 0)]
    # Newest first stays so among equals: sorting is stable.
    ordered = sorted(options, key=_ORDERS[wish])
    reasons = [*_reasons(wish, ordered, knows_more=knows_more), *_kept_for_plans(user, ordered[0])]
    return Choice(ordered[0].model, wish, tuple(reasons))


def choice_of(
    *, user: User, model_id: UUID, kind: contract.Kind = contract.Kind.TEXT_TO_IMAGE, size: tuple[int, int] | None
) -> Choice:
    """The model that ``user`` named herself, for ``kind`` at ``size`` (pixels). Raises NoModelForThis."""
    model = next((usable for usable in usable_models(user) if usable.id == model_id), None)
    if model is None or not model.makes(kind):
        raise NoModelForThis(way_out=_("Choose another model."))
    if size is not None and max(size) > model.largest_side:
        raise NoModelForThis(
            _("%(model)s makes pictures of up to %(most)d pixels on a side.")
            % {"model": model.title, "most": model.largest_side},
            way_out=_("Choose a smaller size or another model."),
        )
    return Choice(model, Wish.BEST, (_("You chose %(model)s.") % {"model": model.title},))


_ORDERS: dict[Wish, Callable[[Option], Any]] = {
    Wish.FAST: lambda option: (option.seconds, -option.model.quality, option.credits),
    Wish.BEST: lambda option: (-option.model.quality,),
    Wish.CHEAP: lambda option: (option.credits, -option.model.quality, option.seconds),
}


def offered_models() -> list[GenerationModel]:
    """Every image model that somebody may order from, the newest first. Raises NoModelInstalled where there is none."""
    offered = list(
        GenerationModel.objects.filter(is_active=True, tool="")
        .exclude(commercial_use=GenerationModel.CommercialUse.FORBIDDEN)
        .select_related("terms")
        .prefetch_related("terms__plans")
        .order_by("-created_at")
    )
    return offered or [default_model()]


def _with_room_for(loras: Sequence[ChosenLora], models: list[GenerationModel]) -> list[GenerationModel]:
    shapes = [shapes_in(one.lora) for one in loras]
    fitting = [model for model in models if all(fits(one, model) for one in shapes)]
    if not fitting:
        raise NoModelForThis(
            _("None of the image models that you can use goes with all of these LoRA files: %(names)s.")
            % {"names": ", ".join(one.lora.name for one in loras)},
            way_out=_("Leave one out, or choose files that were made for the same image model."),
        )
    return fitting


def _taught(
    models: list[GenerationModel], prompt: str, loras: Sequence[ChosenLora]
) -> tuple[list[GenerationModel], bool]:
    """(the models that know all words, all where none does; whether a list of words left others out).

    A model without a list, a hub's checkpoint, neither leads nor is left out.
    """
    if len(models) < 2:
        return models, False
    known = {model.id: _knows(model, prompt, loras) for model in models}
    if True not in known.values():
        return models, False
    kept = [model for model in models if known[model.id] is not False]
    return kept, len(kept) < len(models)


def _knows(model: GenerationModel, prompt: str, loras: Sequence[ChosenLora]) -> bool | None:
    try:
        check = check_words(prompt, model, loras=loras)
    except PromptUnreadable:  # told where the words are checked
        return None
    return check.is_known if check is not None else None


def _plans_of(model: GenerationModel) -> list[UUID]:
    terms = getattr(model, "terms", None)
    return [plan.id for plan in terms.plans.all()] if terms is not None else []


def _is_for(user: User, model: GenerationModel) -> bool:
    plans = _plans_of(model)
    if not plans:
        return True
    subscription = paid_plan(user)
    return subscription is not None and subscription.plan_id in plans


def _option(user: User, model: GenerationModel, size: tuple[int, int] | None) -> Option:
    width, height = size or (model.default_side, model.default_side)
    making = measured_rate(model).seconds(
        width=width, height=height, steps=model.default_steps, count=1, guidance=model.default_guidance
    )
    waiting = seconds_a_new_job_waits(user.id, cost_s=making, weight=share_of(user))
    price = credits_per_picture(width=width, height=height, steps=model.default_steps, model=model)
    return Option(model, waiting + making, price)


def _reasons(wish: Wish, ordered: list[Option], *, knows_more: bool) -> list[str]:
    best = ordered[0]
    if len(ordered) == 1 and knows_more:
        return [_("%(model)s was taught all of these words; the others were not.") % {"model": best.model.title}]
    if len(ordered) == 1:
        return [_("%(model)s is the model that you can use for this.") % {"model": best.model.title}]
    other = ordered[1]
    if wish is Wish.FAST:
        said = _("%(model)s is ready first: about %(seconds)d s a picture with the wait, %(other)s takes %(longer)d s.")
        facts = {"seconds": max(1, round(best.seconds)), "longer": max(1, round(other.seconds))}
    elif wish is Wish.BEST:
        said = _("%(model)s makes the best pictures: quality %(quality)d of 100, %(other)s has %(less)d.")
        facts = {"quality": best.model.quality, "less": other.model.quality}
    else:
        said = ngettext(
            "%(model)s costs least: %(credits)d credit a picture, %(other)s costs %(more)d.",
            "%(model)s costs least: %(credits)d credits a picture, %(other)s costs %(more)d.",
            best.credits,
        )
        facts = {"credits": best.credits, "more": other.credits}
    return [said % {"model": best.model.title, "other": other.model.title, **facts}]


def _kept_for_plans(user: User, chosen: Option) -> list[str]:
    better = (
        GenerationModel.objects.filter(
            is_active=True, tool="", quality__gt=chosen.model.quality, terms__plans__isnull=False
        )
        .exclude(commercial_use=GenerationModel.CommercialUse.FORBIDDEN)
        .order_by("-quality")
        .first()
    )
    if better is None or _is_for(user, better):
        return []
    return [_("%(model)s makes better pictures; it belongs to a plan.") % {"model": better.title}]


def require_usable(user: User, model: GenerationModel, *, kind: contract.Kind) -> None:
    """Raises NoModelForThis unless ``user`` may order ``kind`` from ``model`` now."""
    if model.id not in {usable.id for usable in usable_models(user)} or not model.makes(kind):
        raise NoModelForThis(way_out=_("Choose another model."))
