"""The models that rank feeds at present, as files on this machine."""

import logging
import os
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings

from marketplace.blobs import private_store
from marketplace.core.blobs import BlobNotFound, BlobStoreRefused, BlobStoreUnreachable
from recommendations.engine.errors import ModelUnusable
from recommendations.engine.feed.files import FeedModel, Manifest, digest_of, write_manifest
from recommendations.models import RecommenderVersion

log = logging.getLogger(__name__)

# After a failure the shop goes on without models for so long before it asks the store again.
PAUSE_S = 60.0
_paused_until: dict[UUID, float] = {}


@dataclass(frozen=True, slots=True)
class PresentModel:
    """A version and its files, ready to score."""

    version_id: UUID
    model: FeedModel


def present_model(spaces: tuple[tuple[str, str, int], ...]) -> PresentModel | None:
    """The present version's models, fetched and checked when this machine sees them first; one query.

    None without a present version, where it was trained on other versions of the ``spaces`` (space, version,
    dimensions) than are present, and for PAUSE_S after its files could not be had: feeds do without.
    """
    row = RecommenderVersion.objects.filter(is_present=True).values_list("pk", "manifest", "storage_prefix").first()
    if row is None or _paused_until.get(row[0], 0.0) > time.monotonic():
        return None
    key, raw, prefix = row
    try:
        manifest = Manifest.from_json(raw)
        if manifest.spaces != spaces:
            log.warning("the feed's models %s were trained on %s, not on %s", manifest.version, manifest.spaces, spaces)
            _paused_until[key] = time.monotonic() + PAUSE_S
            return None
        return PresentModel(key, _opened(key, _folder_of(manifest, prefix)))
    except (ModelUnusable, BlobNotFound, BlobStoreRefused, BlobStoreUnreachable):
        log.exception("the feed's models cannot be used; feeds are ranked without for %d s", PAUSE_S)
        _paused_until[key] = time.monotonic() + PAUSE_S
        return None


@cache
def _opened(version_id: UUID, folder: Path) -> FeedModel:
    return FeedModel(folder)


@cache
def _checked(folder: Path, files: frozenset[tuple[str, str]]) -> bool:
    """Whether the files are those that were recorded; asked once in a process, which then keeps them open."""
    return all((folder / name).is_file() and digest_of(folder / name) == digest for name, digest in files)


def _folder_of(manifest: Manifest, prefix: str) -> Path:
    """The folder with the version's files, fetched from the store where they are not here. Raises ModelUnusable."""
    files = frozenset(manifest.files.items())
    folder: Path = settings.CONFIGURATION.feed_models_dir / manifest.version
    if folder.is_dir() and _checked(folder, files):
        return folder
    _checked.cache_clear()
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        fetched = Path(name)
        for file in manifest.files:
            (fetched / file).write_bytes(private_store().get(f"{prefix}/{file}"))
        write_manifest(fetched, manifest)
        if not _checked(fetched, files):
            raise ModelUnusable(
                f"The files of {manifest.version} are not those that were recorded.",
                way_out="Switch back with `manage.py train_recommender --back`.",
            )
        # Another process may have been first, or a file may have been spoilt: each file is put in its place at once.
        folder.mkdir(exist_ok=True, mode=0o700)
        for file in (*manifest.files, "manifest.json"):
            os.replace(fetched / file, folder / file)
    return folder
