"""What other rooms tell: a work that is listed or changed is indexed again; an account that is deleted is forgotten."""

from typing import Any

from django.db.models.signals import post_delete

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.catalog.signals import work_changed, work_listed


def _index_again(sender: object, work: Work, **kwargs: Any) -> None:
    from recommendations.tasks import defer_embedding

    if work.status != Work.Status.DRAFT:
        defer_embedding(work.pk)


def _forget(sender: object, instance: User, **kwargs: Any) -> None:
    from recommendations.tasks import forget_viewer

    forget_viewer.defer(viewer_key=f"p:{instance.pseudonym.hex}")


def connect() -> None:
    """Called once, when the app is ready."""
    work_listed.connect(_index_again, dispatch_uid="recommendations.index_listed")
    work_changed.connect(_index_again, dispatch_uid="recommendations.index_changed")
    post_delete.connect(_forget, sender=User, dispatch_uid="recommendations.forget_deleted")
