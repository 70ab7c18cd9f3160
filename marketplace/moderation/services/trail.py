"""The audit trail."""

from typing import Any

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.core.clock import now
from marketplace.moderation.models import AuditEntry


def write_down(*, event: str, actor: User | None, work: Work, object_ref: str, **facts: Any) -> AuditEntry:
    """Add to the trail; ``facts`` hold plain values and no text that people wrote (that stands in its own row)."""
    return AuditEntry.objects.create(
        happened_at=now(),
        actor_pseudonym=actor.pseudonym if actor else None,
        event=event,
        work=work,
        object_ref=object_ref,
        facts=facts,
    )
