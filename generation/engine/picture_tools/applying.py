"""From an order to a picture tool's picture: the function that does it, progress, and errors in the worker's words."""

from collections.abc import Callable
from pathlib import Path

import cv2
from PIL import Image

from generation.engine.contract import TOOL_STEPS, FailureCode, GenerationRequest, Kind, ToolSettings
from generation.engine.memory import out_of_memory_is_told
from generation.engine.painting import OnStep, PictureOrder, ToolNotes, with_notes
from generation.engine.picture_tools.background_removal import NoSubjectFound, remove_background
from generation.engine.picture_tools.colourizing import ColoursUnknown, colourize
from generation.engine.picture_tools.palette_transfer import transfer_palette
from generation.engine.picture_tools.progress import Report
from generation.engine.picture_tools.restoring.restore import restore
from generation.engine.picture_tools.style_transfer import transfer_style
from generation.engine.picture_tools.upscaling import upscale
from generation.engine.picture_tools.weights import WeightsUnreadable
from generation.engine.stopping import GaveUp


def apply_tool(folder: Path, order: PictureOrder, *, on_step: OnStep | None = None) -> Image.Image:
    """What the tool in ``folder`` makes of ``order``, with its notes; the size that was ordered.

    Raises GaveUp, and whatever ``on_step`` raises.
    """
    request = order.request
    if order.input_picture is None or request.tool is None:
        raise GaveUp(FailureCode.REQUEST_UNREADABLE, f"{request.kind.value} without an input")
    apply = _APPLY[request.kind]
    try:
        with out_of_memory_is_told(f"{request.kind.value} of {_size(order.input_picture)}"):
            made = apply(folder, order, order.input_picture, request.tool, _reporting(on_step))
    except cv2.error as error:
        if "Insufficient memory" not in str(error):
            raise
        raise GaveUp(FailureCode.OUT_OF_MEMORY, f"{request.kind.value} of {_size(order.input_picture)}") from error
    except NoSubjectFound as error:
        raise GaveUp(FailureCode.NOTHING_STANDS_OUT, str(error)) from error
    except (ColoursUnknown, WeightsUnreadable) as error:
        raise GaveUp(FailureCode.MODEL_UNSUITABLE, str(error)) from error
    if made.size != (request.width, request.height):
        raise GaveUp(FailureCode.REQUEST_UNREADABLE, f"{_size(made)} was made, and {_ordered(request)} ordered")
    return made


def _upscaled(
    folder: Path, order: PictureOrder, picture: Image.Image, told: ToolSettings, report: Report
) -> Image.Image:
    if told.factor is None:
        raise GaveUp(FailureCode.REQUEST_UNREADABLE, "enlarging without a factor")
    made = upscale(picture, told.factor, report=report, folder=folder)
    return with_notes(made.picture, ToolNotes(made.method))


def _restored(
    folder: Path, order: PictureOrder, picture: Image.Image, told: ToolSettings, report: Report
) -> Image.Image:
    made = restore(picture, frozenset(told.damage), painted=order.mask, report=report, folder=folder)
    method = "; ".join(f"{step.against}: {step.method}" for step in made.record.steps)
    return with_notes(made.picture, ToolNotes(method[:200], made.record.to_png()))


def _colourized(
    folder: Path, order: PictureOrder, picture: Image.Image, told: ToolSettings, report: Report
) -> Image.Image:
    made = colourize(picture, reference=order.reference, report=report, folder=folder)
    return with_notes(made.picture, ToolNotes(made.method))


def _in_the_manner(
    folder: Path, order: PictureOrder, picture: Image.Image, told: ToolSettings, report: Report
) -> Image.Image:
    made = transfer_style(picture, _reference(order), strength=told.amount or 1.0, report=report)
    return with_notes(made, ToolNotes("nearest patches"))


def _in_the_colours(
    folder: Path, order: PictureOrder, picture: Image.Image, told: ToolSettings, report: Report
) -> Image.Image:
    made = transfer_palette(picture, _reference(order), strength=told.amount or 1.0, report=report)
    return with_notes(made, ToolNotes("sliced optimal transport"))


def _cut_out(
    folder: Path, order: PictureOrder, picture: Image.Image, told: ToolSettings, report: Report
) -> Image.Image:
    made = remove_background(picture, painted=order.mask, report=report)
    return with_notes(made.picture, ToolNotes("opencv-grabcut"))


_APPLY: dict[Kind, Callable[[Path, PictureOrder, Image.Image, ToolSettings, Report], Image.Image]] = {
    Kind.UPSCALE: _upscaled,
    Kind.RESTORE: _restored,
    Kind.COLOURIZE: _colourized,
    Kind.STYLE_TRANSFER: _in_the_manner,
    Kind.PALETTE_TRANSFER: _in_the_colours,
    Kind.BACKGROUND_REMOVAL: _cut_out,
}


def _reference(order: PictureOrder) -> Image.Image:
    if order.reference is None:
        raise GaveUp(FailureCode.REQUEST_UNREADABLE, f"{order.request.kind.value} without a reference")
    return order.reference


def _reporting(on_step: OnStep | None) -> Report:
    def report(share: float) -> None:
        # Each report, not each step: the worker asks here whether anybody still waits.
        if on_step is not None:
            on_step(max(1, min(TOOL_STEPS, round(share * TOOL_STEPS))), None)

    return report


def _size(picture: Image.Image) -> str:
    return f"{picture.width}×{picture.height} px"


def _ordered(request: GenerationRequest) -> str:
    return f"{request.width}×{request.height} px"
