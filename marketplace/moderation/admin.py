"""The moderators' desk: the queue with pictures, one page per work on which to decide, and the trail."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Case, Model, QuerySet, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.blobs import public_store
from marketplace.catalog.models import Work
from marketplace.catalog.selectors import title_in
from marketplace.core.errors import AtelierError
from marketplace.moderation.errors import NothingToDecide
from marketplace.moderation.models import Appeal, AuditEntry, Decision, Report, ReportedWork
from marketplace.moderation.selectors import picture_of, works_with_open_reports
from marketplace.moderation.services import decide, decide_appeal

admin.site.site_header = admin.site.site_title = "Atelier"
admin.site.index_title = _("Administration")


# Of each kind on a work's desk, the newest; all of them stand in their own lists.
MOST_SHOWN = 50


def _picture_address(work: Work) -> str:
    file = picture_of(work)
    if file is None:
        return ""
    if settings.CONFIGURATION.s3_public_base_url:
        return public_store().public_url(file.storage_key)
    return reverse("media", args=[file.storage_key])


class ToLookAt(admin.ModelAdmin[Model]):
    """Rows that services alone write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(ReportedWork)
class QueueAdmin(ToLookAt):
    """Reports grouped by work. Opening a work shows it large, with its reports and the decisions to choose from."""

    list_display = ["picture", "title", "artist_name", "open_reports", "open_appeals", "last_reported"]
    list_display_links = ["picture", "title"]
    list_select_related = ["artist"]
    list_per_page = 25
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        return works_with_open_reports()

    @admin.display(description=_("Picture"))
    def picture(self, work: Work) -> str:
        address = _picture_address(work)
        return format_html('<img src="{}" alt="{}" height="96">', address, self.title(work)) if address else "—"

    @admin.display(description=_("Title"))
    def title(self, work: Work) -> str:
        return title_in(work, get_language() or "en")

    @admin.display(description=_("Artist"), ordering="artist__name")
    def artist_name(self, work: Work) -> str:
        return work.artist.name

    @admin.display(description=_("Open reports"), ordering="open_report_count")
    def open_reports(self, work: Any) -> int:
        return int(work.open_report_count)

    @admin.display(description=_("Open appeals"), ordering="open_appeal_count")
    def open_appeals(self, work: Any) -> int:
        return int(work.open_appeal_count)

    @admin.display(description=_("Last reported"), ordering="last_reported_at")
    def last_reported(self, work: Any) -> Any:
        return work.last_reported_at

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The work's desk; a POST is a decision."""
        # An old link or a work that was decided in the meantime still shows its history.
        work = (
            ReportedWork.objects.select_related("artist")
            .prefetch_related("texts")
            .filter(pk__in=_ids(object_id))
            .first()
        )
        if work is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_permission(request, work):
            return HttpResponseRedirect(reverse("admin:index"))
        reason = ""
        if request.method == "POST":
            reason = request.POST.get("reason", "")
            try:
                self._decide(request, work, reason)
            except AtelierError as error:
                messages.error(request, f"{error.message} {error.way_out}".strip())
            else:
                return HttpResponseRedirect(reverse("admin:moderation_reportedwork_changelist"))
        return TemplateResponse(
            request,
            "moderation/desk.html",
            {
                **self.admin_site.each_context(request),
                "title": title_in(work, get_language() or "en"),
                "opts": self.opts,
                "work": work,
                "texts": work.texts.all(),
                "picture": _picture_address(work),
                "reports": Report.objects.filter(work=work)
                .order_by(Case(When(state=Report.State.OPEN, then=0), default=1), "-reported_at")
                .select_related("reporter")[:MOST_SHOWN],
                "has_open_reports": Report.objects.filter(work=work, state=Report.State.OPEN).exists(),
                "is_hidden": work.status == Work.Status.HIDDEN,
                "appeal": Appeal.objects.filter(decision__work=work, state=Appeal.State.OPEN).first(),
                "decisions": Decision.objects.filter(work=work)
                .order_by("-decided_at")
                .select_related("moderator")[:MOST_SHOWN],
                "trail": AuditEntry.objects.filter(work=work).order_by("-happened_at")[:MOST_SHOWN],
                "most_shown": MOST_SHOWN,
                "reason": reason,
            },
        )

    def _decide(self, request: HttpRequest, work: Work, reason: str) -> None:
        assert isinstance(request.user, User)
        match request.POST.get("action", ""):
            case "restore" | "uphold" as answer:
                appeal = Appeal.objects.filter(decision__work=work, pk__in=_ids(request.POST.get("appeal", ""))).first()
                if appeal is None:
                    raise NothingToDecide(gettext("This appeal was answered already."))
                decide_appeal(moderator=request.user, appeal=appeal, restore=answer == "restore", reason=reason)
            case "hide" | "dismiss" as action:
                decide(moderator=request.user, work=work, action=action, reason=reason)
            case _:
                return
        messages.success(request, _("Decided. The artist is told by e-mail where it concerns her."))


def _ids(text: str) -> list[UUID]:
    """The id that ``text`` is; none where somebody typed something else."""
    try:
        return [UUID(text)]
    except ValueError:
        return []


@admin.register(Report)
class ReportAdmin(ToLookAt):
    list_display = ["reported_at", "work", "reason", "state", "reporter"]
    list_filter = ["state", "reason"]
    list_select_related = ["work", "reporter"]
    exclude = ["source_key"]


@admin.register(Decision)
class DecisionAdmin(ToLookAt):
    list_display = ["decided_at", "work", "action", "moderator"]
    list_filter = ["action"]
    list_select_related = ["work", "moderator"]


@admin.register(Appeal)
class AppealAdmin(ToLookAt):
    list_display = ["appealed_at", "decision", "state"]
    list_filter = ["state"]
    list_select_related = ["decision"]


@admin.register(AuditEntry)
class AuditEntryAdmin(ToLookAt):
    list_display = ["happened_at", "event", "work", "object_ref", "actor_pseudonym"]
    list_filter = ["event"]
    list_select_related = ["work"]
