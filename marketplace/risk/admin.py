"""What is held: the queue, the most urgent first, and a page for each with its facts and two buttons."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.core.errors import AtelierError
from marketplace.risk.models import ArrivedPayment, Decision, DeclinedCard, Sighting, Verdict
from marketplace.risk.selectors import waiting
from marketplace.risk.services import decide
from marketplace.risk.wording import facts_in_words, fired_in_words

_OF_ORDERS = {Verdict.Kind.ORDER, Verdict.Kind.WARNING}


class ToLookAt(admin.ModelAdmin[Any]):
    """Rows that services alone write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class _Waiting(admin.SimpleListFilter):
    """What waits is what the list is for; the rest is a click away."""

    title = _("decision")
    parameter_name = "decision"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("All verdicts")), ("decided", _("Decided"))]

    def choices(self, changelist: Any) -> Any:
        first, *rest = super().choices(changelist)
        yield {**first, "display": gettext("Waiting for a decision")}
        yield from rest

    def queryset(self, request: HttpRequest, queryset: QuerySet[Verdict]) -> QuerySet[Verdict]:
        if self.value() == "all":
            return queryset
        if self.value() == "decided":
            return queryset.filter(decision__isnull=False)
        return queryset.filter(pk__in=waiting().values("pk"))


@admin.register(Verdict)
class VerdictAdmin(ToLookAt):
    list_display = ["subject_ref", "kind", "person", "outcome", "rules", "decide_by", "decided", "at"]
    list_filter = [_Waiting, "kind", "outcome"]
    search_fields = ["subject_ref", "person__email"]
    list_select_related = ["person", "decision__decider"]
    ordering = ["decide_by", "-at"]

    @admin.display(description=_("rules"))
    def rules(self, verdict: Verdict) -> str:
        """Those that did not allow it."""
        return "; ".join(fired_in_words(one) for one in verdict.fired) or "–"

    @admin.display(description=_("decided"))
    def decided(self, verdict: Verdict) -> str:
        """How, and by whom."""
        decision: Decision | None = getattr(verdict, "decision", None)
        if decision is None:
            return "–"
        how = gettext("Approved") if decision.is_approved else gettext("Refused")
        return f"{how}, {decision.decider}" if decision.decider else f"{how}, {gettext('by itself')}"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One verdict; a POST decides on it."""
        verdict = self._verdict(object_id)
        if verdict is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_permission(request, verdict):
            raise PermissionDenied
        may_decide = request.user.has_perm("risk.add_decision") and request.user.pk != verdict.person_id
        if request.method == "POST":
            if not may_decide:
                raise PermissionDenied
            self._decide(request, verdict)
            return HttpResponseRedirect(request.path)
        return TemplateResponse(
            request,
            "risk/verdict.html",
            {
                **self.admin_site.each_context(request),
                "title": f"{verdict.get_kind_display()}: {verdict.person}",
                "opts": self.opts,
                "verdict": verdict,
                "decision": getattr(verdict, "decision", None),
                "fired": [fired_in_words(one) for one in verdict.fired],
                "facts": facts_in_words(verdict.facts),
                "seen": Sighting.objects.filter(person=verdict.person).order_by("-last_at")[:20],
                "order_id": verdict.subject_ref.partition(":")[2] if verdict.kind in _OF_ORDERS else "",
                "may_decide": may_decide and verdict.is_waiting,
            },
        )

    def _verdict(self, object_id: str) -> Verdict | None:
        try:
            wanted = UUID(object_id)
        except ValueError:
            return None
        return Verdict.objects.select_related("person", "decision__decider").filter(pk=wanted).first()

    def _decide(self, request: HttpRequest, verdict: Verdict) -> None:
        assert isinstance(request.user, User)
        wanted = request.POST.get("do")
        if wanted not in {"approve", "refuse"}:
            return
        try:
            decide(
                decider=request.user,
                verdict_id=verdict.pk,
                approves=wanted == "approve",
                reason=request.POST.get("reason", ""),
            )
        except AtelierError as error:
            messages.error(request, f"{error.message} {error.way_out}".strip())
            return
        messages.success(request, gettext("Decided; what follows happens in a moment, and the person is told."))


@admin.register(Sighting)
class SightingAdmin(ToLookAt):
    list_display = ["person", "kind", "value", "first_at", "last_at"]
    list_filter = ["kind"]
    search_fields = ["person__email", "value"]
    list_select_related = ["person"]
    ordering = ["-last_at"]


@admin.register(DeclinedCard)
class DeclinedCardAdmin(ToLookAt):
    list_display = ["person", "code", "at"]
    list_filter = ["code"]
    search_fields = ["person__email"]
    list_select_related = ["person"]
    ordering = ["-at"]


@admin.register(ArrivedPayment)
class ArrivedPaymentAdmin(ToLookAt):
    list_display = ["subject_ref", "person", "network", "card", "risk_level", "at"]
    list_filter = ["risk_level"]
    search_fields = ["subject_ref", "person__email", "network", "card"]
    list_select_related = ["person"]
    ordering = ["-at"]
