"""Versions of the models that rank feeds: recorded whole, switched in one transaction, deleted when they are old."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import numpy as np
from django.db import connection, transaction
from django.utils.translation import gettext
from numpy.typing import NDArray

from marketplace.accounts.models import User
from marketplace.blobs import private_store
from marketplace.catalog.models import Work
from marketplace.core.clock import now
from marketplace.core.errors import NotAllowed
from marketplace.core.ids import new_id
from recommendations.engine.feed.files import RELATED, Manifest, digest_of, read_manifest
from recommendations.errors import RecommenderFilesChanged, RecommenderNotFound, RecommenderNotReady
from recommendations.models import RecommenderSwitch, RecommenderVersion, RelatedWorks

PREFIX = "recommenders"
VERDICT = "verdict.json"
# Besides the present one and the one before it.
KEPT = 3
CHUNK = 2000
_ONE_SWITCH = "recommendations.switch_recommender"
_COPY = "COPY recommendations_relatedworks (recommender_id, work_id, kind, others, weights) FROM STDIN"
Origin = RecommenderSwitch.Origin
State = RecommenderVersion.State


def record_version(*, folder: Path) -> RecommenderVersion:
    """Keep the version in ``folder`` (`engine.training`): files in the private store, then its lists and its row.

    It is not the present one yet. A second call with the same version answers the first one's row. Raises ModelUnusable
    and RecommenderFilesChanged.
    """
    manifest = read_manifest(folder)
    verdict = json.loads((folder / VERDICT).read_text(encoding="utf-8"))
    known = RecommenderVersion.objects.filter(version=manifest.version).first()
    if known is not None:
        return known
    prefix = f"{PREFIX}/{manifest.version}"
    for name, digest in manifest.files.items():
        if digest_of(folder / name) != digest:
            raise RecommenderFilesChanged(f"{folder / name} is not the file that its manifest names.")
        private_store().put(f"{prefix}/{name}", (folder / name).read_bytes(), media_type="application/octet-stream")
    with transaction.atomic():
        version = RecommenderVersion.objects.create(
            version=manifest.version,
            state=State.READY if verdict["is_ready"] else State.REFUSED,
            manifest=manifest.to_json() | {"refusal": verdict["reason"]},
            storage_prefix=prefix,
        )
        if version.state == State.READY:
            _write_related(version, folder / RELATED)
    return version


def fetch_version(*, version: RecommenderVersion, folder: Path) -> None:
    """Write the version's files and manifest into ``folder``. Raises ModelUnusable and the store's errors."""
    manifest = Manifest.from_json(version.manifest)
    folder.mkdir(parents=True, exist_ok=True)
    for name in manifest.files:
        (folder / name).write_bytes(private_store().get(f"{version.storage_prefix}/{name}"))
    (folder / "manifest.json").write_text(json.dumps(version.manifest), encoding="utf-8")


def _write_related(version: RecommenderVersion, path: Path) -> None:
    with np.load(path) as lists, connection.cursor() as cursor:
        ids = [UUID(bytes=row.tobytes()) for row in lists["ids"]]
        arrays = {kind: (lists[f"{kind}_others"], lists[f"{kind}_weights"]) for kind in RelatedWorks.Kind.values}
        for first in range(0, len(ids), CHUNK):
            there = set(Work.objects.filter(pk__in=ids[first : first + CHUNK]).values_list("pk", flat=True))
            rows = _rows(ids, arrays, range(first, min(first + CHUNK, len(ids))))
            with cursor.copy(_COPY) as copy:
                for work, kind, others, weights in rows:
                    if work in there:
                        copy.write_row((version.pk, work, kind, others, weights))


def _rows(
    ids: list[UUID], arrays: dict[str, tuple[NDArray[np.int32], NDArray[np.float32]]], numbers: range
) -> Iterator[tuple[UUID, str, list[UUID], list[float]]]:
    """The lists that are not empty: work, kind, other works, weights."""
    for number in numbers:
        for kind, (others, weights) in arrays.items():
            length = int((weights[number] > 0).sum())
            if length:
                found = [ids[other] for other in others[number][:length].tolist()]
                yield ids[number], kind, found, weights[number][:length].tolist()


def switch_recommender(
    *, version: str, origin: RecommenderSwitch.Origin, administrator: User | None = None
) -> RecommenderVersion:
    """Rank feeds by ``version`` from now on; nothing happens where it is present already.

    Raises RecommenderNotFound, RecommenderNotReady, ModelUnusable, and NotAllowed where ``administrator`` may not.
    """
    _refuse_strangers(administrator)
    with transaction.atomic():
        _one_at_a_time()
        chosen = RecommenderVersion.objects.filter(version=version).first()
        if chosen is None:
            raise RecommenderNotFound(gettext("There is no version %(version)s.") % {"version": version})
        if chosen.state != State.READY:
            raise RecommenderNotReady(gettext("%(version)s was refused by its evaluation.") % {"version": version})
        Manifest.from_json(chosen.manifest)
        if not chosen.is_present:
            _switch(chosen, origin, administrator)
        return chosen


def switch_back(*, origin: RecommenderSwitch.Origin, administrator: User | None = None) -> RecommenderVersion | None:
    """Rank feeds by the version that was present before the last switch; None where that was none: feeds do without.

    Twice is where it was. Raises RecommenderNotFound where nothing was switched yet, or where that version is gone.
    """
    _refuse_strangers(administrator)
    with transaction.atomic():
        _one_at_a_time()
        last = RecommenderSwitch.objects.order_by("-switched_at", "-pk").first()
        if last is None:
            raise RecommenderNotFound(gettext("No version was ever switched to: there is nothing to go back to."))
        before = RecommenderVersion.objects.filter(version=last.before, state=State.READY).first()
        if last.before and before is None:
            raise RecommenderNotFound(gettext("%(version)s is deleted by now.") % {"version": last.before})
        if before is not None:
            Manifest.from_json(before.manifest)
        _switch(before, origin, administrator)
        return before


def _refuse_strangers(administrator: User | None) -> None:
    if administrator is not None and not administrator.has_perm("recommendations.change_recommenderversion"):
        raise NotAllowed(gettext("You may not switch the recommender."))


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [_ONE_SWITCH])


def _switch(chosen: RecommenderVersion | None, origin: RecommenderSwitch.Origin, administrator: User | None) -> None:
    at = now()
    present = RecommenderVersion.objects.filter(is_present=True)
    before = present.values_list("version", flat=True).first() or ""
    present.update(is_present=False)
    if chosen is not None:
        RecommenderVersion.objects.filter(pk=chosen.pk).update(is_present=True, switched_at=at)
        chosen.is_present, chosen.switched_at = True, at
    RecommenderSwitch.objects.create(
        id=new_id(),
        before=before,
        after=chosen.version if chosen else "",
        origin=origin,
        administrator=administrator,
        switched_at=at,
    )


def forget_old_recommenders() -> list[str]:
    """Delete all versions but the present one, the one before it and the last KEPT that were ready; their names.

    The row goes first, with its lists; a file that is left by an interruption goes the next time. Not while a training
    runs: its files come before its row.
    """
    with transaction.atomic():
        _one_at_a_time()
        kept = set(RecommenderVersion.objects.filter(is_present=True).values_list("version", flat=True))
        kept |= set(RecommenderSwitch.objects.order_by("-switched_at", "-pk").values_list("before", flat=True)[:1])
        newest = RecommenderVersion.objects.order_by("-made_at", "-pk").values_list("version", flat=True)
        kept |= set(newest.filter(state=State.READY)[:KEPT]) | set(newest.filter(state=State.REFUSED)[:KEPT])
        old = RecommenderVersion.objects.exclude(version__in=kept)
        names = list(old.values_list("version", flat=True))
        old.delete()
    store = private_store()
    known = set(RecommenderVersion.objects.values_list("storage_prefix", flat=True))
    for key in list(store.keys(f"{PREFIX}/")):
        if key.rsplit("/", 1)[0] not in known:
            store.delete(key)
    return names
