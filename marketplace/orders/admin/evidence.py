"""Answers to disputes: the deadline, what is known, words to add, and two buttons: send now, or do not contest."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.blobs import private_store
from marketplace.core.errors import AtelierError
from marketplace.orders.models import DisputeEvidence, Download, SentLetter
from marketplace.orders.services.evidence import add_words, concede, send_now
from marketplace.orders.services.evidence.words import LONGEST

_NAMES = {
    "product_description": _("What was bought"),
    "customer_name": _("The buyer's name"),
    "customer_email_address": _("The buyer's e-mail address"),
    "service_date": _("Delivered on"),
    "access_activity_log": _("What the buyer did"),
    "refund_policy_disclosure": _("How refunds work"),
    "refund_refusal_explanation": _("Why a refund was refused"),
    "uncategorized_text": _("What the shop and the artist say"),
}


class _WordsForm(forms.Form):
    text = forms.CharField(
        label=_("Your words to the bank"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5, "cols": 90}),
        help_text=_("In English; they stand first in the evidence."),
    )


class ToLookAt(admin.ModelAdmin[Any]):
    """Rows that services alone write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(DisputeEvidence)
class AnswerAdmin(ToLookAt):
    """The list shows the most urgent first; one answer is a page of its own."""

    list_display = ["dispute", "amount", "reason", "state", "deadline", "send_at", "outcome"]
    list_filter = ["state", "dispute__outcome"]
    search_fields = ["dispute__id", "dispute__payment_ref", "order__id", "order__buyer__email"]
    list_select_related = ["dispute"]
    ordering = ["dispute__closed_at", "dispute__evidence_due_by"]

    @admin.display(description=_("amount"))
    def amount(self, answer: DisputeEvidence) -> str:
        """What the bank took."""
        return str(answer.dispute.amount)

    @admin.display(description=_("reason"), ordering="dispute__reason")
    def reason(self, answer: DisputeEvidence) -> str:
        """Stripe's word."""
        return answer.dispute.reason

    @admin.display(description=_("outcome"), ordering="dispute__outcome")
    def outcome(self, answer: DisputeEvidence) -> str:
        """What the ledger has booked."""
        return answer.dispute.get_outcome_display()

    @admin.display(description=_("answer by"), ordering="dispute__evidence_due_by")
    def deadline(self, answer: DisputeEvidence) -> str:
        """The bank's deadline, and the days that are left while something can still be done."""
        due = answer.dispute.evidence_due_by
        if due is None:
            return "–"
        return format_html("{} <strong>{}</strong>", due.date(), days_left(answer) if answer.is_undecided else "")

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Looking is not deciding."""
        return request.user.has_perm("orders.change_disputeevidence")

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<path:object_id>/document/",
            self.admin_site.admin_view(self.document),
            name="orders_disputeevidence_document",
        )
        return [own, *super().get_urls()]

    def document(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The assembled document."""
        answer = self._answer(object_id)
        if not self.has_view_permission(request, answer):
            raise PermissionDenied
        if answer is None or not answer.file_key:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        response = HttpResponse(private_store().get(answer.file_key), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="evidence-{answer.pk}.pdf"'
        response["Cache-Control"] = "private, no-store"
        return response

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One answer, whole; a POST adds words, sends it, or gives the dispute up."""
        answer = self._answer(object_id)
        if answer is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_permission(request, answer):
            raise PermissionDenied
        if request.method == "POST":
            if not self.has_decide_permission(request):
                raise PermissionDenied
            self._do(request, answer)
            return HttpResponseRedirect(request.path)
        own = answer.words.filter(author=request.user.pk).first()
        return TemplateResponse(
            request,
            "orders/admin/evidence.html",
            {
                **self.admin_site.each_context(request),
                "title": gettext("Dispute %(id)s") % {"id": answer.pk},
                "opts": self.opts,
                "answer": answer,
                "days_left": days_left(answer),
                "texts": [(name, answer.fields[field]) for field, name in _NAMES.items() if field in answer.fields],
                "words": answer.words.select_related("author"),
                "form": _WordsForm(initial={"text": own.text if own else ""}),
                "may_decide": self.has_decide_permission(request) and answer.is_undecided,
                "may_send": answer.state == DisputeEvidence.State.READY,
            },
        )

    def _answer(self, object_id: str) -> DisputeEvidence | None:
        return DisputeEvidence.objects.select_related("dispute", "order", "decided_by").filter(pk=object_id).first()

    def _do(self, request: HttpRequest, answer: DisputeEvidence) -> None:
        assert isinstance(request.user, User)
        person, wanted = request.user, request.POST.get("do")
        try:
            if wanted == "words":
                add_words(author=person, dispute_id=answer.pk, text=request.POST.get("text", ""))
                said = gettext("Kept; the evidence is put together again in a moment.")
            elif wanted == "send":
                send_now(decider=person, dispute_id=answer.pk)
                said = gettext("The evidence is on its way to the bank.")
            elif wanted == "concede" and request.POST.get("sure") == "yes":
                concede(decider=person, dispute_id=answer.pk)
                said = gettext("The dispute is not contested.")
            else:
                messages.error(request, gettext("Tick the box to say that you are sure; nothing was done."))
                return
        except AtelierError as error:
            messages.error(request, f"{error.message} {error.way_out}".strip())
            return
        messages.success(request, said)


def days_left(answer: DisputeEvidence) -> str:
    """The time until the bank's deadline, in words; empty where there is none."""
    days = answer.days_left
    if days is None:
        return ""
    if not days:
        return gettext("less than a day left") if answer.left else gettext("over")
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}


@admin.register(Download)
class DownloadAdmin(ToLookAt):
    list_display = ["at", "grant", "network", "user_agent"]
    search_fields = ["grant__number", "grant__holder__email", "network"]
    list_select_related = ["grant"]
    ordering = ["-at"]


@admin.register(SentLetter)
class SentLetterAdmin(ToLookAt):
    list_display = ["at", "order", "subject"]
    fields = ["order", "subject", "text", "at"]
    search_fields = ["order__id", "order__buyer__email"]
    list_select_related = ["order"]
    ordering = ["-at"]
