"""The picture tools: enlarge, restore, colourize, take style or palette from another picture, cut out.

They need no words. Each is an entry of the registry with its own price, plans and measured speed.
"""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from generation.edits import Beginning
from generation.engine import contract
from generation.engine.contract import Kind, ToolSettings
from generation.models import GenerationJob, GenerationModel
from marketplace.accounts.models import User
from marketplace.studio.choosing import choose_tool
from marketplace.studio.editing import Input, clean_mask
from marketplace.studio.errors import InputPictureUnusable, ReferenceMissing
from marketplace.studio.pricing import Quote, quote_for
from marketplace.studio.services import place_order
from marketplace.studio.settings_of_pictures import PictureSettings

# Of a tool's input: nothing of a scan is lost that the result could show.
KEPT_SIDE = contract.LARGEST_EDITED_SIDE
_NEED_REFERENCE = (Kind.STYLE_TRANSFER, Kind.PALETTE_TRANSFER)


@dataclass(frozen=True, slots=True)
class ToolQuote:
    """What a tool would cost; ``width`` and ``height`` are the result's, in pixels."""

    quote: Quote
    model: GenerationModel
    width: int
    height: int


def size_kept(width: int, height: int) -> tuple[int, int]:
    """The size in pixels, to one, at which a tool takes a picture: its own, or reduced to KEPT_SIDE."""
    longest = max(width, height)
    if longest <= KEPT_SIDE:
        return width, height
    if width >= height:
        return KEPT_SIDE, max(1, round(KEPT_SIDE * height / width))
    return max(1, round(KEPT_SIDE * width / height)), KEPT_SIDE


def quote_tool(*, user: User, kind: Kind, tool: ToolSettings, width: int, height: int) -> ToolQuote:
    """Price and time for a picture of ``width`` × ``height`` pixels as a tool takes it (`size_kept`).

    Writes nothing. Raises NoModelForThis, InputPictureUnusable.
    """
    model = choose_tool(user=user, kind=kind)
    settings = _settings(tool, width, height)
    return ToolQuote(quote_for(settings, model, user=user), model, settings.width, settings.height)


def start_tool(
    *,
    user: User,
    kind: Kind,
    tool: ToolSettings,
    picture: Input,
    mask: bytes | None = None,
    reference: Input | None = None,
    submission: UUID | None = None,
) -> GenerationJob:
    """Order what the tool makes of ``picture``: credits reserved and job queued together, or neither.

    ``mask`` (PNG, bright or opaque is meant) marks damage, or roughly what is cut out; without it the tool looks
    itself. ``reference`` gives style or colours. Raises NoModelForThis, InputPictureUnusable, ReferenceMissing,
    MaskUnusable, InsufficientCredits, TooManyJobs, SettingsUnusable.
    """
    model = choose_tool(user=user, kind=kind)
    settings = _settings(tool, picture.width, picture.height)
    if reference is None and kind in _NEED_REFERENCE:
        raise ReferenceMissing(way_out=_("Choose one of your pictures, or a file."))
    beginning = Beginning(
        input_png=picture.png,
        mask_png=clean_mask(mask, (picture.width, picture.height)) if mask is not None else None,
        tool_kind=kind,
        tool=tool,
        reference_png=reference.png if reference is not None else None,
    )
    return place_order(user=user, model=model, settings=settings, beginning=beginning, submission=submission)


def _settings(tool: ToolSettings, width: int, height: int) -> PictureSettings:
    factor = tool.factor or 1
    longest = factor * max(width, height)
    if longest > contract.LARGEST_ENLARGED_SIDE:
        raise InputPictureUnusable(
            _("The picture would be %(side)d pixels long; %(most)d is the most.")
            % {"side": longest, "most": contract.LARGEST_ENLARGED_SIDE},
            way_out=_("Enlarge it by less, or choose a smaller picture."),
        )
    # A tool knows neither chance nor guidance; their fields say so by standing still.
    return PictureSettings(
        prompt="",
        width=factor * width,
        height=factor * height,
        count=1,
        seed=0,
        steps=contract.TOOL_STEPS,
        guidance=1.0,
    )
