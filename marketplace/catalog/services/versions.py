"""A work's files are immutable; another state of them is another version."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from marketplace.catalog.models import Work, WorkFile, WorkVersion


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file that the object store holds already. ``width`` and ``height`` in pixels, where it has them."""

    role: str
    media_type: str
    sha256: str
    size_bytes: int
    storage_key: str
    width: int | None = None
    height: int | None = None


@transaction.atomic
def add_version(*, work: Work, files: Sequence[FileFacts]) -> WorkVersion:
    """Make the next version of ``work`` with ``files`` and let it be the current one."""
    Work.objects.select_for_update(no_key=True).get(pk=work.pk)
    last = work.versions.order_by("-number").first()
    work.versions.filter(is_current=True).update(is_current=False)
    version = WorkVersion.objects.create(work=work, number=last.number + 1 if last else 1)
    WorkFile.objects.bulk_create(
        [
            WorkFile(
                version=version,
                role=f.role,
                media_type=f.media_type,
                sha256=f.sha256,
                size_bytes=f.size_bytes,
                storage_key=f.storage_key,
                width=f.width,
                height=f.height,
            )
            for f in files
        ]
    )
    return version
