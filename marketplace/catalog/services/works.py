"""A work's life: draft, listed, taken down, hidden, restored, sold exclusively. Each change claims its row."""

from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils.text import slugify
from django.utils.translation import gettext as _

from marketplace.accounts.models import Artist
from marketplace.catalog.audiences import FOR_EVERYONE, AudienceChoice
from marketplace.catalog.errors import WorkStateForbids
from marketplace.catalog.models import Work, WorkText
from marketplace.catalog.signals import work_changed, work_hidden, work_listed
from marketplace.core.clock import now

Status = Work.Status


@transaction.atomic
def create_work(
    *,
    artist: Artist,
    title: str,
    language: str,
    description: str = "",
    medium: str = Work.Medium.IMAGE,
    made_by_model: str = "",
    audience: AudienceChoice = FOR_EVERYONE,
) -> Work:
    """A draft with its text in one language. ``made_by_model``: name and version, empty for an upload.

    ``audience``: checked already (`checked_audience`).
    """
    work = Work.objects.create(
        artist=artist,
        slug=slugify(title, allow_unicode=True)[:100] or "untitled",
        language=language,
        medium=medium,
        made_by_model=made_by_model,
        audience=audience.audience,
        public_from=audience.public_from,
        members_level=audience.members_level,
    )
    WorkText.objects.create(work=work, language=language, title=title.strip(), description=description.strip())
    return work


@transaction.atomic
def set_text(*, work: Work, language: str, title: str, description: str = "") -> WorkText:
    """Write or replace the work's text in ``language``."""
    text, _made = WorkText.objects.update_or_create(
        work=work, language=language, defaults={"title": title.strip(), "description": description.strip()}
    )
    work_changed.send(sender=Work, work=work)
    return text


def _move(work: Work, *, to: str, allowed_from: tuple[str, ...], **changes: object) -> bool:
    """Claim the row: True where this call made the change, False where the work was there already."""
    claimed = Work.objects.filter(pk=work.pk, status__in=allowed_from).update(status=to, **changes)
    work.refresh_from_db()
    if not claimed and work.status != to:
        raise WorkStateForbids(
            _("This work is “%(state)s”, so this cannot be done.") % {"state": work.get_status_display()},
            way_out=_("Reload the page to see its present state."),
        )
    return bool(claimed)


@transaction.atomic
def list_work(*, work: Work) -> None:
    """Show the work in the shop. Raises WorkStateForbids for a work that moderation has hidden."""
    first_time = {"published_at": now()} if work.published_at is None else {}
    if _move(work, to=Status.LISTED, allowed_from=(Status.DRAFT, Status.UNLISTED), **first_time):
        work_listed.send(sender=Work, work=work)


@transaction.atomic
def unlist_work(*, work: Work) -> None:
    """The artist takes the work out of the shop; buyers keep what they bought."""
    if _move(work, to=Status.UNLISTED, allowed_from=(Status.LISTED,)):
        work_changed.send(sender=Work, work=work)


@transaction.atomic
def hide_work(*, work: Work) -> bool:
    """Moderation hides the work; its reason stands with moderation's decision. False where it was hidden already."""
    hidden = _move(
        work,
        to=Status.HIDDEN,
        allowed_from=(Status.LISTED, Status.UNLISTED, Status.DRAFT),
        status_before_hiding=F("status"),
    )
    if hidden:
        work_hidden.send(sender=Work, work=work)
    return hidden


@transaction.atomic
def restore_work(*, work: Work) -> bool:
    """Moderation ends the hiding: the work is again what it was before, and in the shop only if it was there.

    False where it was not hidden.
    """
    # Works that were hidden before the earlier status was written down come back to the shop.
    earlier = Case(When(status_before_hiding="", then=Value(Status.LISTED)), default=F("status_before_hiding"))
    restored = Work.objects.filter(pk=work.pk, status=Status.HIDDEN).update(status=earlier, status_before_hiding="")
    work.refresh_from_db()
    if restored:
        signal = work_listed if work.status == Status.LISTED else work_changed
        signal.send(sender=Work, work=work)
    return bool(restored)


@transaction.atomic
def mark_sold_exclusively(*, work_id: UUID) -> None:
    """Take the work off every list for good. Licensing calls this in the sale's own transaction."""
    Work.objects.filter(pk=work_id).update(sold_exclusively=True)
    work_changed.send(sender=Work, work=Work.objects.get(pk=work_id))
