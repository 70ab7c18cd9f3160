"""One training of the recommender: data written, the program run apart from this process, the version recorded."""

import contextlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from marketplace.core.clock import now
from marketplace.core.errors import AtelierError
from recommendations.engine.errors import TooFewEvents, TrainingDataUnusable
from recommendations.engine.training.data import REFUSAL, Facts, read_facts, read_refusal
from recommendations.errors import NothingToLearn, TrainingFailed, TrainingUnderWay
from recommendations.models import RecommenderSwitch, RecommenderVersion
from recommendations.services.recommenders import (
    fetch_version,
    forget_old_recommenders,
    record_version,
    switch_recommender,
)
from recommendations.services.training_data import write_training_data

PROGRAM = "recommendations.engine.training"
# What a killed training left is gone on with for so long; after that there are newer events.
GOES_ON_FOR = timedelta(days=3)
_LOCK = "recommendations.train_recommender"
VERSION_NAME = "%Y%m%d-%H%M%S"
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Launch:
    """``processes``: above 1 they are started by torchrun on this machine. ``arguments``: more for the program."""

    processes: int = 1
    arguments: Sequence[str] = ()

    def command(self, *, data: Path, out: Path, present: Path | None) -> list[str]:
        """The program's command line."""
        program = ["-m", PROGRAM]
        if self.processes > 1:
            several = ["--standalone", "--nproc-per-node", str(self.processes)]
            program = ["-m", "torch.distributed.run", *several, *program]
        command = [sys.executable, *program, "--data", str(data), "--out", str(out), "--end-with-input"]
        if present is not None:
            command += ["--present", str(present)]
        return [*command, *self.arguments]


def train_recommender(
    *, tell: Tell, switch: bool = True, anew: bool = False, launch: Launch | None = None
) -> RecommenderVersion:
    """Train a version, record it, and switch to it where its evaluation lets it and ``switch`` is on.

    The program is another process, so that its memory is given back. What a killed training left is gone on with,
    unless it is to begin ``anew``. Raises TrainingUnderWay, NothingToLearn (nothing is changed), TrainingFailed.
    """
    with one_training():
        folder: Path = settings.CONFIGURATION.training_dir / "run"
        facts = None if anew else _left_over(folder, tell)
        if facts is None:
            shutil.rmtree(folder, ignore_errors=True)
            facts = write_training_data(folder=folder / "data", version=now().strftime(VERSION_NAME))
        tell(f"{facts.events} acts of {facts.viewers} viewers with {facts.works} works")
        present = _present(folder / "present", tell)
        _run((launch or Launch()).command(data=folder / "data", out=folder / "out", present=present), folder, tell)
        version = _recorded(folder / "out", switch=switch)
        shutil.rmtree(folder)
        return version


def record_trained(*, folder: Path, switch: bool = True) -> RecommenderVersion:
    """Record what a training on other machines wrote into ``folder``, and switch to it as `train_recommender` does.

    Raises TrainingUnderWay, ModelUnusable and RecommenderFilesChanged.
    """
    with one_training():
        return _recorded(folder, switch=switch)


def _recorded(folder: Path, *, switch: bool) -> RecommenderVersion:
    version = record_version(folder=folder)
    if switch and version.state == RecommenderVersion.State.READY:
        return switch_recommender(version=version.version, origin=RecommenderSwitch.Origin.TRAINING)
    return version


def forget_old_recommenders_unless_one_is_made() -> list[str]:
    """Delete old versions; none while a training runs, whose files come before its row."""
    try:
        with one_training():
            return forget_old_recommenders()
    except TrainingUnderWay:
        return []


@contextlib.contextmanager
def one_training() -> Iterator[None]:
    """Raises TrainingUnderWay where one runs, on whatever machine.

    The lock is held by a connection of its own, so that it is given back with this process however it ends.
    """
    apart = connection.copy()
    try:
        with apart.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [_LOCK])
            if not cursor.fetchone()[0]:
                raise TrainingUnderWay(
                    way_out="Wait until it ends; `manage.py train_recommender --list` shows it then."
                )
        yield
    finally:
        apart.close()


def _left_over(folder: Path, tell: Tell) -> Facts | None:
    """The facts of what a killed training left, where it is whole and not too old."""
    try:
        facts = read_facts(folder / "data")
        begun = datetime.strptime(facts.version, VERSION_NAME).replace(tzinfo=UTC)
    except (TrainingDataUnusable, ValueError):
        return None
    if now() - begun > GOES_ON_FOR:
        return None
    tell(f"The training of {facts.version} was cut short; it goes on.")
    return facts


def _present(folder: Path, tell: Tell) -> Path | None:
    """A folder with the present version's files, to be measured beside the new one; None without one."""
    shutil.rmtree(folder, ignore_errors=True)
    present = RecommenderVersion.objects.filter(is_present=True).first()
    if present is None:
        return None
    try:
        fetch_version(version=present, folder=folder)
    except AtelierError as error:
        tell(f"The present version {present.version} cannot be measured: {error.message}")
        return None
    return folder


def _run(command: list[str], folder: Path, tell: Tell) -> None:
    (folder / "out" / REFUSAL).unlink(missing_ok=True)
    with tempfile.TemporaryFile("w+") as errors:
        # Its input stays open as long as this process lives: when it closes, the program ends.
        running = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=settings.BASE_DIR
        )
        with running:
            try:
                assert running.stdout is not None
                for line in running.stdout:
                    tell(line.rstrip("\n"))
                status = running.wait()
            except BaseException:
                running.kill()
                raise
        errors.seek(0)
        said = errors.read().strip() or "it said nothing"
    if status != 0:
        _explain(read_refusal(folder / "out"), f"status {status}, {said.splitlines()[-1]}", folder)


def _explain(refusal: dict[str, str] | None, otherwise: str, folder: Path) -> None:
    """Raises what became of a program that wrote no version."""
    if refusal is None:
        raise TrainingFailed(
            f"The training broke off: {otherwise}",
            way_out="Start it again: it goes on from its last checkpoint. `--anew` forgets what it had learnt.",
        )
    # Going on would end in the same place.
    shutil.rmtree(folder)
    error = NothingToLearn if refusal["code"] == TooFewEvents.code else TrainingFailed
    raise error(refusal["message"], way_out=refusal["way_out"])
