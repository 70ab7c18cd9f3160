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
    """The model of the studio: the newest active entry, or else the one installed in MODELS_DIR, registered
    now.

    Raises NoModelInstalled.
    """
    newest = GenerationModel.objects.filter(is_active=True, tool="").order_by("-created_at").first()
    return newest or register_installed(models_folder() / DEFAULT_MODEL)
