"""Reads of moderation."""

from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.catalog.models import Work, WorkFile
from marketplace.moderation.errors import NoticeNotFound
from marketplace.moderation.models import Appeal, Decision, Report


def works_with_open_reports() -> QuerySet[Work]:
    """The queue: works with open reports or an open appeal, the most reported first.

    Annotated with ``open_report_count``, ``last_reported_at`` and ``open_appeal_count``.
    """
    return (
        Work.objects.annotate(
            open_report_count=Count("reports", filter=Q(reports__state=Report.State.OPEN), distinct=True),
            last_reported_at=Max("reports__reported_at", filter=Q(reports__state=Report.State.OPEN)),
            open_appeal_count=Count(
                "moderation_decisions",
                filter=Q(moderation_decisions__appeal__state=Appeal.State.OPEN),
                distinct=True,
            ),
        )
        .filter(Q(open_report_count__gt=0) | Q(open_appeal_count__gt=0))
        .select_related("artist")
        .prefetch_related("texts")
        .order_by("-open_appeal_count", "-open_report_count", "last_reported_at")
    )


def picture_of(work: Work) -> WorkFile | None:
    """The smallest preview of the current version that a browser shows."""
    return (
        WorkFile.objects.filter(
            version__work=work,
            version__is_current=True,
            role__in=[WorkFile.Role.THUMBNAIL, WorkFile.Role.PREVIEW],
            media_type="image/webp",
        )
        .order_by("width")
        .first()
    )


def notice_for(*, reader: object, decision_id: UUID) -> Decision:
    """The decision as its artist reads it; to others it does not exist. Raises NoticeNotFound."""
    decision = (
        Decision.objects.filter(pk=decision_id)
        .exclude(action=Decision.Action.DISMISS)
        .select_related("work__artist", "appeal__outcome")
        .prefetch_related("work__texts")
        .first()
    )
    if decision is None or not isinstance(reader, User) or decision.work.artist.user_id != reader.pk:
        raise NoticeNotFound(_("There is no such notice."), way_out=_("Sign in as the artist whom it was sent to."))
    return decision


def notices_of(reader: User) -> QuerySet[Decision]:
    """All decisions about the reader's works that she was told of, newest first."""
    return (
        Decision.objects.filter(work__artist__user=reader)
        .exclude(action=Decision.Action.DISMISS)
        .select_related("work", "appeal")
        .prefetch_related("work__texts")
        .order_by("-decided_at")
    )
