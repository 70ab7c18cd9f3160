"""Versions of the recommender as a training leaves them in a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

import numpy as np

from recommendations.engine.feed import files
from recommendations.engine.training.program import VERDICT
from recommendations.engine.training.related import LENGTH, NOTHING, Lists, Related, write_related

SPACES = (("picture", "tiny-1", 3), ("text", "tiny-text-1", 3))


def version_folder(
    folder: Path,
    version: str,
    *,
    works: Sequence[UUID] = (),
    taste: Mapping[int, Sequence[tuple[int, float]]] | None = None,
    bought: Mapping[int, Sequence[tuple[int, float]]] | None = None,
    refusal: str = "",
) -> Path:
    """Files that nobody can rank with (tests that rank train some), and lists: place of a work -> (other, weight)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (files.RANKER, files.SEQUENCE):
        (folder / name).write_bytes(f"{version} {name}".encode())
    ids = np.array([list(key.bytes) for key in works], dtype=np.uint8).reshape(-1, 16)
    related = Related(_lists(len(works), taste or {}), _lists(len(works), bought or {}))
    write_related(folder / files.RELATED, related, ids)
    measures = {"viewers": 40.0, "ndcg_ours": 0.2, "ndcg_heuristic": 0.1, "ndcg_popularity": 0.05}
    verdict = {"is_ready": not refusal, "reason": refusal, "measures": measures}
    (folder / VERDICT).write_text(json.dumps(verdict))
    digests = {name: files.digest_of(folder / name) for name in (files.RANKER, files.SEQUENCE, files.RELATED)}
    files.write_manifest(folder, files.Manifest(version, SPACES, digests, measures))
    return folder


def _lists(works: int, given: Mapping[int, Sequence[tuple[int, float]]]) -> Lists:
    others = np.full((works, LENGTH), NOTHING, dtype=np.int32)
    weights = np.zeros((works, LENGTH), dtype=np.float32)
    for work, pairs in given.items():
        for place, (other, weight) in enumerate(pairs):
            others[work, place], weights[work, place] = other, weight
    return Lists(others, weights)
