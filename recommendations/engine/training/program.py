"""A training from the folder of data to a version: networks, lists, evaluation, files."""

import fcntl
import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from torch import nn

from recommendations.engine.errors import ModelUnusable, TooFewEvents, TrainingRuns
from recommendations.engine.evaluation.baselines.ease import MOST_ITEMS
from recommendations.engine.feed import files
from recommendations.engine.feed.features import NAMES
from recommendations.engine.rankers.listwise import Weigher
from recommendations.engine.training import gate, measuring, rivals
from recommendations.engine.training.checkpoints import Checkpoints, Standing
from recommendations.engine.training.data import EVENTS, FACTS, REFUSAL, Dataset, read_dataset
from recommendations.engine.training.examples import Examples, History, in_batches, steps_of
from recommendations.engine.training.export import export_ranker, export_sequence
from recommendations.engine.training.learning import Stage, learn
from recommendations.engine.training.processes import Processes
from recommendations.engine.training.progress import PROGRESS
from recommendations.engine.training.ranker import RankerBatches, RankerTask, standardised_by
from recommendations.engine.training.related import Related, related_before, write_related
from recommendations.engine.training.sequence import Sequence, SequenceBatches, SequenceTask

VERDICT = "verdict.json"
LEAST_EXAMPLES, LEAST_LEARNERS = 500, 20
_STANDARDISED_BY = 8  # batches


@dataclass(frozen=True, slots=True)
class Settings:
    """``for_sequence`` and ``held_out``: shares of the acts in the order of time; the ranker learns from what lies
    between. Steps of 0: by the number of examples."""

    seed: int = 0
    for_sequence: float = 0.65
    held_out: float = 0.1
    hidden: int = 64
    batch: int = 128
    sequence_steps: int = 0
    ranker_steps: int = 0
    most_items: int = MOST_ITEMS
    most_tested: int = measuring.MOST_VIEWERS


@dataclass(frozen=True, slots=True)
class Split:
    """The moments (seconds since 1970) at which the ranker's part and the held-out part begin."""

    ranker_from: int
    held_out_from: int


def run(
    data_folder: Path,
    out: Path,
    *,
    settings: Settings,
    processes: Processes,
    checkpoint_every_s: float,
    checkpoint_every_steps: int = 0,
    present: Path | None = None,
    tell_weights: bool = False,
) -> None:
    """Train on ``data_folder`` and write a version into ``out``: `feed.files` and VERDICT, then the manifest, last.

    ``present``: the folder of the version that the new one must not be worse than. Raises TooFewEvents,
    TrainingDataUnusable, ModelUnusable and TrainingRuns.
    """
    out.mkdir(parents=True, exist_ok=True)
    with _alone(out) if processes.is_first else _not_alone():
        data = read_dataset(data_folder)
        history = History(data)
        split = _split(history, settings)
        standing, checkpoints = _standing(
            data_folder, out, settings, processes, checkpoint_every_s, checkpoint_every_steps
        )
        sequence = _learnt_sequence(history, split, settings, standing, checkpoints, processes)
        before = related_before(data, split.ranker_from, seed=settings.seed, most_items=settings.most_items)
        ranker = _learnt_ranker(history, split, settings, standing, checkpoints, processes, sequence, before)
        if tell_weights:
            sys.stdout.write(f"weights of process {processes.rank}: {_digest(sequence)} {_digest(ranker)}\n")
        if processes.is_first:
            _finish(history, split, settings, sequence, ranker, out=out, present=present)


def _split(history: History, settings: Settings) -> Split:
    """Raises TooFewEvents."""
    examples = history.examples
    at = np.sort(history.at[examples.positions])
    learners = len(np.unique(history.viewer[examples.positions]))
    if len(examples) < LEAST_EXAMPLES or learners < LEAST_LEARNERS:
        raise TooFewEvents(
            f"{learners} viewers met {len(examples)} works after others; {LEAST_LEARNERS} and {LEAST_EXAMPLES} are "
            "needed to learn from.",
            way_out="Until then feeds are ranked without a trained model. Try again when more was looked at.",
        )
    held_out = int(at[int((1 - settings.held_out) * len(at))])
    return Split(ranker_from=int(at[int(settings.for_sequence * len(at))]), held_out_from=held_out)


def _standing(
    data_folder: Path, out: Path, settings: Settings, processes: Processes, every_s: float, every_steps: int
) -> tuple[Standing, Checkpoints]:
    told = json.dumps(asdict(settings), sort_keys=True) + f" {processes.count} {processes.device.type} {NAMES}"
    digests = [files.digest_of(data_folder / name) for name in (FACTS, EVENTS)]
    fingerprint = hashlib.sha256(" ".join([told, *digests]).encode()).hexdigest()
    checkpoints = Checkpoints(out, every_s=every_s, every_steps=every_steps, is_writer=processes.is_first)
    return processes.same(checkpoints.read(fingerprint) if processes.is_first else None), checkpoints


def _learnt_sequence(
    history: History,
    split: Split,
    settings: Settings,
    standing: Standing,
    checkpoints: Checkpoints,
    processes: Processes,
) -> Sequence:
    model = processes.seeded(settings.seed, lambda: Sequence(history.data.facts.parts.width, hidden=settings.hidden))
    examples = history.between(None, split.ranker_from)
    PROGRESS.info("sequence: %d examples of %d works", len(examples), len(history.data.works))
    own = in_batches(examples, size=settings.batch, seed=settings.seed, rank=processes.rank, ranks=processes.count)
    batches = SequenceBatches(history, own, others=4 * own.size, seed=settings.seed)
    steps = settings.sequence_steps or steps_of(len(examples), size=settings.batch, rounds=4, least=300, most=20_000)
    stage = Stage("sequence", steps, rate=1e-3, seed=settings.seed)
    task = SequenceTask(model)
    learn(task, batches.of_step, stage=stage, standing=standing, checkpoints=checkpoints, processes=processes)
    return model.eval()


def _learnt_ranker(
    history: History,
    split: Split,
    settings: Settings,
    standing: Standing,
    checkpoints: Checkpoints,
    processes: Processes,
    sequence: Sequence,
    related: Related,
) -> Weigher:
    """Its lists come from after what the sequence model and ``related`` know: they must not have seen the answers."""
    model = processes.seeded(settings.seed + 1, lambda: Weigher(len(NAMES)))
    examples: Examples = history.between(split.ranker_from, split.held_out_from)
    PROGRESS.info("ranker: %d examples", len(examples))
    size = max(1, settings.batch // 2)
    first = in_batches(examples, size=size, seed=settings.seed)
    lists = RankerBatches(history, first, related=related, sequence=sequence, seed=settings.seed)
    if "ranker" not in standing.finished and standing.stage != "ranker":
        # All processes ask the same batches, and so agree on the scales.
        standardised_by(model, [lists.of_step(step, processes.device) for step in range(_STANDARDISED_BY)])
    own = in_batches(examples, size=size, seed=settings.seed, rank=processes.rank, ranks=processes.count)
    batches = RankerBatches(history, own, related=related, sequence=sequence, seed=settings.seed)
    steps = settings.ranker_steps or steps_of(len(examples), size=size, rounds=2, least=200, most=8_000)
    stage = Stage("ranker", steps, rate=3e-3, seed=settings.seed + 1)
    task = RankerTask(model)
    learn(task, batches.of_step, stage=stage, standing=standing, checkpoints=checkpoints, processes=processes)
    return model.eval()


def _finish(
    history: History,
    split: Split,
    settings: Settings,
    sequence: Sequence,
    ranker: Weigher,
    *,
    out: Path,
    present: Path | None,
) -> None:
    data = history.data
    (out / REFUSAL).unlink(missing_ok=True)
    export_sequence(sequence, out / files.SEQUENCE, width=data.facts.parts.width)
    export_ranker(ranker, out / files.RANKER)
    # Measured with what was known before the split; handed over with all that is known. Counts are no guesses.
    known = related_before(data, split.held_out_from, seed=settings.seed, most_items=settings.most_items)
    verdict = _verdict(history, split, settings, known, out=out, present=present)
    related = related_before(data, None, seed=settings.seed, most_items=settings.most_items)
    write_related(out / files.RELATED, related, data.works["id"])
    (out / VERDICT).write_text(json.dumps(verdict.to_json(), indent=2) + "\n", encoding="utf-8")
    digests = {name: files.digest_of(out / name) for name in (files.RANKER, files.SEQUENCE, files.RELATED)}
    files.write_manifest(out, files.Manifest(data.facts.version, data.facts.spaces, digests, verdict.measures))
    PROGRESS.info("%s: %s", data.facts.version, "ready" if verdict.is_ready else f"refused, {verdict.reason}")


def _verdict(
    history: History, split: Split, settings: Settings, related: Related, *, out: Path, present: Path | None
) -> gate.Verdict:
    data = history.data
    # Only so that the files can be read as the shop reads them; the true manifest is written last.
    trial = files.Manifest(data.facts.version, data.facts.spaces, {}, {})
    ours = files.FeedModel(out)
    ours.manifest = trial
    rankings: dict[str, measuring.Ranking] = {
        gate.OURS: measuring.by_model(ours),
        gate.HEURISTIC: rivals.by_heuristic,
        gate.POPULARITY: rivals.by_popularity,
    }
    if present is not None and (old := _comparable(present, data)) is not None:
        rankings[gate.PRESENT] = measuring.by_model(old)
    tests = measuring.held_out(history, since=split.held_out_from, seed=settings.seed, most=settings.most_tested)
    reached = measuring.measure(history, tests, rankings, related=related)
    verdict = gate.verdict_on(reached, seed=settings.seed)
    for name in rankings:
        PROGRESS.info("NDCG@20 %s: %.4f", name, verdict.measures.get(f"ndcg_{name}", 0.0))
    return verdict


def _comparable(folder: Path, data: Dataset) -> files.FeedModel | None:
    """The present version, where it reads the same spaces and features."""
    model = files.FeedModel(folder)
    try:
        spaces = model.manifest.spaces
    except ModelUnusable as error:
        PROGRESS.info("The present version is not measured: %s", error.message)
        return None
    if spaces != data.facts.spaces:
        PROGRESS.info(
            "The present version is not measured: it reads %s, the works are in %s", spaces, data.facts.spaces
        )
        return None
    return model


def _digest(model: nn.Module) -> str:
    state = b"".join(value.cpu().numpy().tobytes() for value in model.state_dict().values())
    return hashlib.sha256(state).hexdigest()[:16]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Raises TrainingRuns where another process trains in the folder; the system lets go when this one ends."""
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise TrainingRuns(f"A training runs in {folder} already.", way_out="Wait until it ends.") from error
        yield


@contextmanager
def _not_alone() -> Iterator[None]:
    yield
