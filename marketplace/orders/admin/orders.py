"""Orders to look at, and the refund requests on which the platform decides."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.catalog.selectors import title_in
from marketplace.core.errors import AtelierError
from marketplace.core.money import EXPONENTS, Money
from marketplace.orders.models import Order, OrderLine, RefundRequest
from marketplace.orders.services import decide_refund
from marketplace.orders.services.reversals import reverse_free_order, reversible_lines


class _ReversalForm(forms.Form):
    """Why an order is taken back."""

    because = forms.CharField(
        label=_("Why it is taken back"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The buyer reads this."),
    )
    is_sure = forms.BooleanField(label=_("End these licences and take back what the platform paid. It is final."))


class LinesInline(admin.TabularInline[OrderLine, Order]):
    model = OrderLine
    extra = 0
    can_delete = False
    fields = ("offer", "work", "version", "price", "grant")
    readonly_fields = ("offer", "work", "version", "price", "grant")

    def has_add_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        return False


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin[Order]):
    """To look at; an order's state moves by services alone."""

    list_display = ["id", "buyer", "state", "total", "created_at", "paid_at", "refusal"]
    list_filter = ["state", "refusal"]
    search_fields = ["id", "buyer__email", "checkout_session_id", "payment_intent_id"]
    list_select_related = ["buyer"]
    inlines = [LinesInline]
    date_hierarchy = "created_at"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.reverse_free)
        return [path("<uuid:order_id>/reverse/", view, name="orders_order_reverse"), *super().get_urls()]

    def get_fields(self, request: HttpRequest, obj: Order | None = None) -> Any:
        return [*super().get_fields(request, obj), "reversal"]

    @admin.display(description=_("taking back"))
    def reversal(self, order: Order) -> str:
        """Where an order that cost nothing is taken back."""
        if not reversible_lines(order):
            return "–"
        there = reverse("admin:orders_order_reverse", args=[order.pk])
        return format_html('<a href="{}">{}</a>', there, gettext("Take back what cost nothing"))

    def reverse_free(self, request: HttpRequest, order_id: UUID) -> HttpResponse:
        """Asks why and for confirmation; then the licences end and the platform's money comes back."""
        assert isinstance(request.user, User)
        if not request.user.has_perm("orders.change_order"):
            raise PermissionDenied
        order = get_object_or_404(Order.objects.select_related("buyer"), pk=order_id)
        back = reverse("admin:orders_order_change", args=[order.pk])
        form = _ReversalForm(request.POST if request.method == "POST" else None)
        error: AtelierError | None = None
        if request.method == "POST" and form.is_valid():
            try:
                because = form.cleaned_data["because"]
                ended = reverse_free_order(administrator=request.user, order_id=order.pk, because=because)
            except AtelierError as told:
                error = told
            else:
                self.log_change(request, order, f"reversed: {because}")
                told_words = ngettext("%(number)d licence has ended.", "%(number)d licences have ended.", len(ended))
                messages.success(request, told_words % {"number": len(ended)})
                return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Take back what cost nothing"),
            "opts": self.opts,
            "order": order,
            "lines": [(line, title_in(line.work, get_language() or "en")) for line in reversible_lines(order)],
            "form": form,
            "error": error,
            "back": back,
        }
        return TemplateResponse(
            request, "orders/reverse_free.html", context, status=error.http_status if error else 200
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        return False


class _DecisionForm(forms.ModelForm[RefundRequest]):
    """The platform's decision; the row itself is written by the service."""

    decision = forms.ChoiceField(
        label=_("decision"), choices=[("grant", _("Give it back")), ("refuse", _("Refuse"))], widget=forms.RadioSelect
    )
    amount = forms.DecimalField(
        label=_("amount"),
        required=False,
        min_value=0,
        help_text=_("In the order's currency; empty: all that is asked."),
    )
    reply = forms.CharField(label=_("answer to the buyer"), required=False, max_length=2000, widget=forms.Textarea)

    class Meta:
        model = RefundRequest
        fields: tuple[str, ...] = ()


@admin.register(RefundRequest)
class RefundRequestAdmin(admin.ModelAdmin[RefundRequest]):
    """Undecided ones can be decided, whoever they are with; the others are to look at."""

    form = _DecisionForm
    list_display = [
        "work",
        "reason",
        "asked",
        "state",
        "decide_by",
        "platform_decides_by",
        "granted",
        "payback",
        "created_at",
    ]
    list_filter = ["state", "payback", "reason"]
    search_fields = ["line__order__id", "line__order__buyer__email", "refund_id"]
    list_select_related = ["line__order", "line__work"]
    ordering = ["-created_at"]
    actions = None
    _facts = (
        "work",
        "artist",
        "buyer",
        "bought",
        "reason",
        "words",
        "asked",
        "earlier",
        "state",
        "decide_by",
        "platform_decides_by",
        "granted",
        "answer",
        "decided_by",
        "payback",
    )

    @admin.display(description=_("work"))
    def work(self, request: RefundRequest) -> str:
        """Its page, where the description stands."""
        work = request.line.work
        return format_html('<a href="{}">{}</a>', work.get_absolute_url(), title_in(work, get_language() or "en"))

    @admin.display(description=_("artist"))
    def artist(self, request: RefundRequest) -> str:
        """Who sold."""
        return str(request.line.work.artist)

    @admin.display(description=_("buyer"))
    def buyer(self, request: RefundRequest) -> str:
        """Who asks."""
        return request.line.order.buyer.email

    @admin.display(description=_("bought"))
    def bought(self, request: RefundRequest) -> str:
        """Price, moment, and the order."""
        order = request.line.order
        there = reverse("admin:orders_order_change", args=[order.pk])
        return format_html('{}, {} · <a href="{}">{}</a>', request.line.paid, order.paid_at, there, order.pk)

    @admin.display(description=_("other requests for it"))
    def earlier(self, request: RefundRequest) -> str:
        """What was asked and decided before."""
        others = RefundRequest.objects.filter(line=request.line).exclude(pk=request.pk).order_by("created_at")
        said = [f"{one.asked}: {one.get_state_display()} {one.answer}".strip() for one in others.select_related("line")]
        return "; ".join(said) or "–"

    def get_queryset(self, request: HttpRequest) -> QuerySet[RefundRequest]:
        return super().get_queryset(request).select_related("line__order__buyer", "line__work__artist")

    def get_readonly_fields(self, request: HttpRequest, obj: RefundRequest | None = None) -> Any:
        return self._facts

    def get_fields(self, request: HttpRequest, obj: RefundRequest | None = None) -> Any:
        decides = obj is not None and obj.is_undecided
        return [*self._facts, *(("decision", "amount", "reply") if decides else ())]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: RefundRequest | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_undecided)

    def has_delete_permission(self, request: HttpRequest, obj: RefundRequest | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: RefundRequest, form: Any, change: bool) -> None:
        """By the service, which locks the row and queues the money."""
        assert isinstance(request.user, User)
        chosen = form.cleaned_data
        amount = None
        currency = obj.line.currency
        if chosen["amount"] is not None:
            minor = chosen["amount"].scaleb(EXPONENTS[currency])
            if minor % 1:
                obj.refused = gettext("That is finer than the currency's smallest coin.")  # type: ignore[attr-defined]
                return
            amount = Money(int(minor), currency)
        try:
            decide_refund(
                decider=request.user,
                request_id=obj.pk,
                grants=chosen["decision"] == "grant",
                amount=amount,
                answer=chosen["reply"],
            )
        except AtelierError as error:
            obj.refused = f"{error.message} {error.way_out}".strip()  # type: ignore[attr-defined]

    def response_change(self, request: HttpRequest, obj: RefundRequest) -> HttpResponse:
        if refused := getattr(obj, "refused", ""):
            messages.error(request, refused)
            return HttpResponseRedirect(request.path)
        messages.success(request, gettext("Decided; the buyer is told."))
        return HttpResponseRedirect("../../")
