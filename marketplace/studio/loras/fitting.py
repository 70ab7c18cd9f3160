"""Which image models a LoRA file goes with, as far as their files on this machine tell."""

from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from generation.engine.adapters.fitting import ModelShapes, Shapes, misfit, shapes_of_model
from generation.models import GenerationModel
from generation.selectors import models_folder
from marketplace.studio.loras.errors import LoraDoesNotFit
from marketplace.studio.models import Lora


def shapes_in(lora: Lora) -> Shapes:
    """What its row says of its parts."""
    return {(component, name): tuple(shape) for component, name, shape in lora.shapes}


def fits(shapes: Shapes, model: GenerationModel) -> bool:
    """False where the model certainly has no place for a part; a hub's model is not at hand here: its worker says."""
    known = _shapes_of(model)
    return known is None or misfit(shapes, known) is None


def require_fit(lora: Lora, model: GenerationModel) -> None:
    """Raises LoraDoesNotFit."""
    if not fits(shapes_in(lora), model):
        raise LoraDoesNotFit(
            _("“%(name)s” was made for another image model than %(model)s.")
            % {"name": lora.name, "model": model.title},
            way_out=_("Leave it out, or choose one that was trained for %(model)s.") % {"model": model.title},
        )


def require_some_fit(shapes: Shapes, models: list[GenerationModel]) -> None:
    """Raises LoraDoesNotFit where none of ``models`` has a place for every part of the file."""
    if any(fits(shapes, model) for model in models):
        return
    titles = ", ".join(model.title for model in models)
    known = _shapes_of(models[0])
    part = misfit(shapes, known) if known is not None else None
    raise LoraDoesNotFit(
        _("This LoRA was made for another image model: %(model)s has no place for %(part)s.")
        % {"model": models[0].title, "part": part},
        way_out=_("Choose one that was trained for %(models)s.") % {"models": titles},
    )


def _shapes_of(model: GenerationModel) -> ModelShapes | None:
    if model.source != GenerationModel.Source.FOLDER:
        return None
    folder = models_folder() / model.name
    try:
        changed_at_ns = max(path.stat().st_mtime_ns for path in (folder / "unet").glob("*.safetensors"))
    except (OSError, ValueError):
        return None
    return _read(folder, changed_at_ns)


@lru_cache(maxsize=8)
def _read(folder: Path, changed_at_ns: int) -> ModelShapes | None:
    # The time of change is part of the key: other weights are seen without a restart.
    return shapes_of_model(folder)
