from typing import Any

from django.apps import AppConfig


class StudioConfig(AppConfig):
    name = "marketplace.studio"
    label = "studio"

    def ready(self) -> None:
        from generation.signals import job_ended

        job_ended.connect(_settle, dispatch_uid="studio.settle")


def _settle(job: Any, **_: Any) -> None:
    from marketplace.studio.services import settle_generation

    settle_generation(job)
