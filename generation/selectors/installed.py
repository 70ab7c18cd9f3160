"""Where image models and picture tools lie, and which model is the studio's own."""

from pathlib import Path

from django.conf import settings

from generation.models import GenerationModel
from generation.services.models import register_installed

DEFAULT_MODEL = "atelier-image-1"


def models_folder() -> Path:
    """Where installed models lie."""
    return Path(settings.CONFIGURATION.models_dir)


def default_model() -> GenerationModel:
    """The model of the studio: of the active entries the best, of equals the newest; or else `own_model`.

    Raises NoModelInstalled.
    """
    best = GenerationModel.objects.filter(is_active=True, tool="").order_by("-quality", "-created_at").first()
    return best or own_model()


def own_model() -> GenerationModel:
    """The newest entry of the model that comes with the shop, registered now if there is none. Raises
    NoModelInstalled.
    """
    newest = GenerationModel.objects.filter(name=DEFAULT_MODEL).order_by("-created_at").first()
    return newest or register_installed(models_folder() / DEFAULT_MODEL)
