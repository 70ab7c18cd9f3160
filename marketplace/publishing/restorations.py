"""The record of a restored picture, kept with the work: the mask itself, and the overlay that its page shows."""

from io import BytesIO

from PIL import Image

from generation.engine.picture_tools.restoring.record import RestorationRecord
from marketplace.blobs import public_store
from marketplace.catalog.models import WorkFile
from marketplace.catalog.services import FileFacts
from marketplace.core.blobs import StoredBlob
from marketplace.provenance.pictures import OpenedPicture, flattened
from marketplace.publishing.caching import FOREVER

OVERLAY_SIDE = 1280


def store_restoration(record_png: bytes, opened: OpenedPicture) -> list[FileFacts]:
    """Store both in the public store. Raises RecordUnreadable and the store's errors."""
    record = RestorationRecord.from_png(record_png)
    overlay = record.overlay(flattened(opened.image))
    overlay.thumbnail((OVERLAY_SIDE, OVERLAY_SIDE), Image.Resampling.LANCZOS)
    buffer = BytesIO()
    overlay.save(buffer, "WEBP", quality=82, method=4)
    return [
        _facts(
            WorkFile.Role.RESTORATION_RECORD,
            _put(record_png, ".png", "image/png"),
            (opened.width, opened.height),
        ),
        _facts(WorkFile.Role.RESTORATION_OVERLAY, _put(buffer.getvalue(), ".webp", "image/webp"), overlay.size),
    ]


def _put(data: bytes, suffix: str, media_type: str) -> StoredBlob:
    return public_store().put_content(
        data, prefix="restorations", suffix=suffix, media_type=media_type, cache_control=FOREVER
    )


def _facts(role: WorkFile.Role, blob: StoredBlob, size: tuple[int, int]) -> FileFacts:
    return FileFacts(
        role=role,
        media_type=blob.media_type,
        sha256=blob.sha256,
        size_bytes=blob.size_bytes,
        storage_key=blob.key,
        width=size[0],
        height=size[1],
    )
