"""Edits of a picture and variations of one: the studio's orders that begin with what is there already."""

import io
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from generation.edits import Beginning
from generation.engine import contract
from generation.engine.masks import as_mask
from generation.models import GenerationJob, GenerationModel, GenerationOutput
from generation.selectors import output_of
from marketplace.accounts.models import User
from marketplace.studio.choosing import choose_model, require_usable
from marketplace.studio.errors import CannotBeVaried, InputPictureUnusable, MaskUnusable
from marketplace.studio.input_pictures import KEPT_SIDE
from marketplace.studio.loras.choices import loras_of_job
from marketplace.studio.pricing import quote_for
from marketplace.studio.services import picture_to_begin_with, place_order, require_known_words
from marketplace.studio.settings_of_pictures import PictureSettings

_LARGEST_MASK_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Input:
    """The picture to edit, clean, with its size in pixels."""

    png: bytes
    width: int
    height: int


def input_of(
    user: User, *, upload: bytes | None = None, output_id: UUID | None = None, kept_side: int = KEPT_SIDE
) -> Input:
    """The picture to edit: a file that was sent, or one of ``user``'s, of at most ``kept_side`` px.

    Raises InputPictureUnusable, OutputNotFound.
    """
    if upload is None and output_id is None:
        raise InputPictureUnusable(_("No picture was chosen."), way_out=_("Choose one of yours, or a file."))
    png = picture_to_begin_with(user, upload=upload, output_id=output_id, kept_side=kept_side)
    with Image.open(io.BytesIO(png)) as picture:
        return Input(png, picture.width, picture.height)


def start_inpaint(
    *,
    user: User,
    settings: PictureSettings,
    picture: Input,
    mask: bytes,
    model: GenerationModel | None = None,
    submission: UUID | None = None,
) -> GenerationJob:
    """Paint ``picture`` anew where ``mask`` (PNG; bright or opaque is painted) says; nothing else of it changes.

    Of ``settings`` the sides are the picture's, whatever they were. Raises MaskUnusable and what `start_generation`
    raises.
    """
    model = _model_for(user, model, settings)
    settings = replace(
        settings,
        width=picture.width,
        height=picture.height,
        strength=settings.strength or 1.0,
        painted_side=model.default_side,
    )
    require_known_words(quote_for(settings, model))
    beginning = Beginning(
        input_png=picture.png,
        strength=settings.strength,
        mask_png=clean_mask(mask, (picture.width, picture.height)),
        painted_side=model.default_side,
    )
    return place_order(user=user, model=model, settings=settings, beginning=beginning, submission=submission)


def start_outpaint(
    *,
    user: User,
    settings: PictureSettings,
    picture: Input,
    extension: contract.Extension,
    model: GenerationModel | None = None,
    submission: UUID | None = None,
) -> GenerationJob:
    """Paint ``picture`` on beyond its edges; its own pixels stay.

    Raises InputPictureUnusable where the result would be too large, and what `start_generation` raises.
    """
    model = _model_for(user, model, settings)
    width = picture.width + extension.left + extension.right
    height = picture.height + extension.top + extension.bottom
    if max(width, height) > contract.LARGEST_EDITED_SIDE:
        raise InputPictureUnusable(
            _("The picture would be %(width)d × %(height)d pixels large.") % {"width": width, "height": height},
            way_out=_("Let it grow to %(most)d pixels on a side at most.") % {"most": contract.LARGEST_EDITED_SIDE},
        )
    settings = replace(
        settings, width=width, height=height, strength=None, extension=extension, painted_side=model.default_side
    )
    require_known_words(quote_for(settings, model))
    beginning = Beginning(input_png=picture.png, extension=extension, painted_side=model.default_side)
    return place_order(user=user, model=model, settings=settings, beginning=beginning, submission=submission)


def variation_settings(output: GenerationOutput, *, amount: float, count: int, seed: int) -> PictureSettings:
    """The settings of ``count`` pictures near ``output``: its own, with noise that lies ``amount`` from its seed's.

    Raises CannotBeVaried where it was made from another picture: its seed alone does not make it.
    """
    job = output.job
    # Nor does the seed of one whose composition a sketch has led.
    if (
        contract.Kind(job.kind) not in {contract.Kind.TEXT_TO_IMAGE, contract.Kind.VARIATIONS}
        or job.control is not None
    ):
        raise CannotBeVaried(way_out=_("Use it as an input, with a small distance from it."))
    return PictureSettings(
        prompt=job.prompt,
        negative_prompt=job.negative_prompt,
        width=job.width,
        height=job.height,
        count=count,
        seed=seed,
        steps=job.steps,
        guidance=job.guidance,
        variation=contract.Variation(base_seed=output.seed, amount=amount),
    )


def start_variations(
    *, user: User, output_id: UUID, amount: float, count: int, seed: int, submission: UUID | None = None
) -> GenerationJob:
    """Pictures near one of ``user``'s, by the model and with the LoRA files that made it.

    Raises OutputNotFound, CannotBeVaried, LoraMissing, NoModelForThis, InsufficientCredits, TooManyJobs.
    """
    output = output_of(user, output_id)
    settings = variation_settings(output, amount=amount, count=count, seed=seed)
    require_usable(user, output.job.model, kind=contract.Kind.VARIATIONS)
    settings = replace(settings, loras=loras_of_job(user=user, job=output.job))
    beginning = Beginning(variation=settings.variation)
    return place_order(user=user, model=output.job.model, settings=settings, beginning=beginning, submission=submission)


def clean_mask(data: bytes, size: tuple[int, int]) -> bytes:
    """The mask as a PNG of one channel, 255 where it is painted, of ``size`` (width, height).

    Raises MaskUnusable.
    """
    way_out = _("Paint over the part of the picture that shall change.")
    if len(data) > _LARGEST_MASK_BYTES:
        raise MaskUnusable(_("The mask's file is too large."), way_out=_("Send a PNG of the picture's size."))
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as mask:
            if max(mask.size) > contract.LARGEST_EDITED_SIDE:
                raise MaskUnusable(_("The mask's file is too large."), way_out=_("Send a PNG of the picture's size."))
            mask.load()
            painted = as_mask(mask, size)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise MaskUnusable(_("The mask cannot be read."), way_out=way_out) from error
    if not painted.any():
        raise MaskUnusable(way_out=way_out)
    buffer = io.BytesIO()
    Image.fromarray((painted * 255).astype(np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def _model_for(user: User, model: GenerationModel | None, settings: PictureSettings) -> GenerationModel:
    # An edit needs what image to image needs: a model that begins with a picture.
    if model is None:
        kind = contract.Kind.IMAGE_TO_IMAGE
        return choose_model(user=user, kind=kind, loras=settings.loras, prompt=settings.prompt).model
    require_usable(user, model, kind=contract.Kind.IMAGE_TO_IMAGE)
    return model
