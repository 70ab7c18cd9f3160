"""Works that search and recommendations know: with a preview in the store, indexed by the services."""

import io

from PIL import Image

from marketplace.blobs import public_store
from marketplace.catalog.models import Work
from marketplace.catalog.services import FileFacts, add_version, set_tags
from recommendations.services import embed_work, index_work
from tests.factories.catalog import WorkFactory


def preview_of(colour: tuple[int, int, int], *, width: int = 512, height: int = 512) -> list[FileFacts]:
    """A WebP and an AVIF preview of one colour, stored."""
    files = []
    picture = Image.new("RGB", (width, height), colour)
    for suffix, media_type in (("webp", "image/webp"), ("avif", "image/avif")):
        data = io.BytesIO()
        picture.save(data, suffix.upper())
        blob = public_store().put_content(
            data.getvalue(), prefix="previews", suffix=f".{suffix}", media_type=media_type
        )
        files.append(
            FileFacts("preview", media_type, blob.sha256, blob.size_bytes, blob.key, width=width, height=height)
        )
    return files


def indexed_work(
    *, colour: tuple[int, int, int] = (128, 128, 128), tags: tuple[str, ...] = (), **facts: object
) -> Work:
    """A listed work whose preview is of ``colour``, in the search index and in the spaces that are present."""
    work: Work = WorkFactory(**facts)
    add_version(work=work, files=preview_of(colour))
    if tags:
        set_tags(work=work, labels=tags)
    index_work(work_id=work.pk)
    embed_work(work_id=work.pk)
    return work
