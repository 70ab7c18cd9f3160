"""What the catalogue tells: a work that is listed or changed is indexed again."""

from typing import Any

from marketplace.catalog.models import Work
from marketplace.catalog.signals import work_changed, work_listed


def _index_again(sender: object, work: Work, **kwargs: Any) -> None:
    from recommendations.tasks import defer_embedding

    if work.status != Work.Status.DRAFT:
        defer_embedding(work.pk)


def connect() -> None:
    """Called once, when the app is ready."""
    work_listed.connect(_index_again, dispatch_uid="recommendations.index_listed")
    work_changed.connect(_index_again, dispatch_uid="recommendations.index_changed")
