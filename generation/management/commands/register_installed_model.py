"""Bring the registry into line with the image models and the picture tools that are installed."""

from typing import Any

from django.core.management.base import BaseCommand

from generation.errors import NoModelInstalled
from generation.selectors import DEFAULT_MODEL, models_folder
from generation.services.models import register_installed, register_installed_tools, register_offered_models


class Command(BaseCommand):
    """``manage.py register_installed_model``; safe to repeat.

    Pictures of weights that are not the registered ones are refused, so a release that brings new weights under the
    same version must be told to the registry before the workers start.
    """

    help = "Register the image models and the picture tools in MODELS_DIR with their versions and weights' hashes."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(f"Registered {register_installed(models_folder() / DEFAULT_MODEL)}.")
        except NoModelInstalled as error:
            # The shop sells and verifies without a model; the studio says itself that there is none.
            self.stdout.write(f"No image model is registered: {error.message}")
        try:
            for other in [*register_offered_models(models_folder()), *register_installed_tools(models_folder())]:
                self.stdout.write(f"Registered {other}.")
        except NoModelInstalled as error:
            self.stdout.write(f"Not all models and picture tools are registered: {error.message}")
