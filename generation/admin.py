"""For administrators: workers, queue and failures on one page, and the jobs that were set aside."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from generation.models import GenerationJob, ParkedJob, WorkerReport
from generation.selectors import overview
from generation.services import give_up_parked, open_parked_prompt, try_parked_again
from marketplace.accounts.models import User
from marketplace.core.errors import AtelierError

# Of the decisions on a job, the newest.
MOST_SHOWN = 50


class _WrittenByServices(admin.ModelAdmin[Any]):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(WorkerReport)
class GenerationPage(_WrittenByServices):
    """Its list is the page about the whole generation; single reports are not opened."""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return TemplateResponse(
            request,
            "generation/overview.html",
            {
                **self.admin_site.each_context(request),
                "title": gettext("Generation"),
                "opts": self.opts,
                "shown": overview(),
                "may_see_parked": request.user.has_perm("generation.view_parkedjob"),
            },
        )


@admin.register(ParkedJob)
class ParkedJobs(_WrittenByServices):
    """The jobs that were set aside; opening one shows its attempts and what can be done. No prompt without a click."""

    list_display = ["created_at", "model", "kind", "error_code", "attempt", "crashes", "ended_at"]
    list_filter = ["error_code", "model"]
    list_select_related = ["model"]
    list_per_page = 50
    ordering = ["ended_at"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[ParkedJob]:
        return ParkedJob.objects.filter(state=GenerationJob.State.PARKED)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One job; a POST opens its prompt, tries it again or gives it up."""
        # An old link still shows what became of the job.
        job = ParkedJob.objects.select_related("model", "owner").filter(pk__in=_ids(object_id)).first()
        if job is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_permission(request, job):
            raise PermissionDenied
        prompt = ""
        if request.method == "POST":
            assert isinstance(request.user, User)
            action = request.POST.get("action", "")
            try:
                if action == "read_prompt":
                    prompt = open_parked_prompt(administrator=request.user, job_id=job.id)
                elif action in _DECISIONS:
                    decide, said = _DECISIONS[action]
                    decide(administrator=request.user, job_id=job.id)
                    messages.success(request, said)
                    return HttpResponseRedirect(reverse("admin:generation_parkedjob_changelist"))
            except AtelierError as error:
                messages.error(request, f"{error.message} {error.way_out}".strip())
                job.refresh_from_db()
        return TemplateResponse(
            request,
            "generation/parked_job.html",
            {
                **self.admin_site.each_context(request),
                "title": gettext("Job set aside"),
                "opts": self.opts,
                "job": job,
                "is_parked": job.state == GenerationJob.State.PARKED,
                "may_decide": self.has_change_permission(request, job),
                "prompt": prompt,
                "attempts": job.attempts.order_by("number"),
                "decisions": job.decisions.select_related("administrator")[:MOST_SHOWN],
                "delivered": job.outputs.count(),
            },
        )


_DECISIONS: dict[str, tuple[Callable[..., GenerationJob], Any]] = {
    "try_again": (
        try_parked_again,
        _("The job is in the queue again. It runs alone, and its artist pays nothing more."),
    ),
    "give_up": (
        give_up_parked,
        _("The job is given up. Its artist sees that it failed; her credits came back before."),
    ),
}


def _ids(text: str) -> list[UUID]:
    """The id that ``text`` is; none where somebody typed something else."""
    try:
        return [UUID(text)]
    except ValueError:
        return []
