"""Folders with two versions of the tiny spaces, and the jobs that fill one, run in this process."""

from pathlib import Path

import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.recommendations.tiny_space import write_picture_space, write_text_space


@pytest.fixture
def two_versions(tmp_path: Path, settings) -> Path:
    """The wanted encoders are tiny-1; tiny-2 lies beside them in ``picture-2`` and ``text-2``."""
    write_picture_space(tmp_path / "picture_space_2")
    write_text_space(tmp_path / "minilm")
    write_picture_space(tmp_path / "picture-2", version="tiny-2")
    write_text_space(tmp_path / "text-2", version="tiny-text-2")
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"onnx_dir": tmp_path})
    return tmp_path


def want(settings, *, text: str = "minilm", picture: str = "picture_space_2") -> None:
    """Name other folders in the settings, as a restart with another environment would."""
    settings.CONFIGURATION = settings.CONFIGURATION.model_copy(
        update={"text_encoder": text, "picture_encoder": picture}
    )


def fill_jobs() -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(task_name="recommendations.fill_batch", status="todo").order_by("id"))


def run_fill_jobs() -> int:
    """Run the waiting batches in this process; their rows go."""
    jobs = fill_jobs()
    for job in jobs:
        app.tasks[job.task_name](**job.args)
        ProcrastinateJob.objects.filter(pk=job.pk)._raw_delete("default")
    return len(jobs)
