"""Stopping an artist's payouts, with a reason that she reads, and lifting it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.models import PayoutStop
from billing.services.payout_stops import lift_payout_stop, stop_payouts
from marketplace.accounts.models import User
from marketplace.core.errors import AtelierError


class _LiftForm(forms.ModelForm[PayoutStop]):
    """What is said when a stop is lifted; the row itself is written by the service."""

    because = forms.CharField(
        label=_("Why it is lifted"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Saving lifts the stop. The artist reads this."),
    )

    class Meta:
        model = PayoutStop
        fields: tuple[str, ...] = ()


@admin.register(PayoutStop)
class PayoutStopAdmin(admin.ModelAdmin[PayoutStop]):
    """A stop is added with its reason, and lifted once; nothing of it is ever changed or deleted."""

    list_display = ["artist", "reason", "stopped_by", "stopped_at", "lifted_by", "lifted_at"]
    list_filter = [("lifted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["artist", "stopped_by", "lifted_by"]
    search_fields = ["artist__handle", "artist__name", "reason"]
    autocomplete_fields = ["artist"]
    ordering = ["-stopped_at"]
    actions = None
    _facts = ("artist", "reason", "stopped_by", "stopped_at", "lifted_by", "lifted_at", "lifted_because")

    def get_form(self, request: HttpRequest, obj: PayoutStop | None = None, change: bool = False, **more: Any) -> Any:
        if obj is not None and obj.is_open:
            more["form"] = _LiftForm
        form = super().get_form(request, obj, change, **more)
        if "artist" in form.base_fields:
            widget = form.base_fields["artist"].widget
            widget.can_add_related = widget.can_change_related = widget.can_view_related = False
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One button: a stop is not edited."""
        one_button = {"show_save_and_continue": False, "show_save_and_add_another": False}
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **one_button})

    def get_fields(self, request: HttpRequest, obj: PayoutStop | None = None) -> Any:
        if obj is None:
            return ["artist", "reason"]
        return [*self._facts[:4], "because"] if obj.is_open else self._facts

    def get_readonly_fields(self, request: HttpRequest, obj: PayoutStop | None = None) -> Any:
        return () if obj is None else self._facts

    def has_change_permission(self, request: HttpRequest, obj: PayoutStop | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_open)

    def has_delete_permission(self, request: HttpRequest, obj: PayoutStop | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: PayoutStop, form: Any, change: bool) -> None:
        """By the services, which write down who and when, and queue the letter."""
        assert isinstance(request.user, User)
        try:
            if change:
                lift_payout_stop(administrator=request.user, stop_id=obj.pk, because=form.cleaned_data["because"])
            else:
                made = stop_payouts(administrator=request.user, artist=obj.artist, reason=obj.reason)
                obj.pk, obj.stopped_by, obj.stopped_at = made.pk, made.stopped_by, made.stopped_at
        except AtelierError as error:
            obj.refused = f"{error.message} {error.way_out}".strip()  # type: ignore[attr-defined]

    def log_addition(self, request: HttpRequest, obj: PayoutStop, message: Any) -> Any:
        """Nothing was added where the service refused."""
        return None if hasattr(obj, "refused") else super().log_addition(request, obj, message)

    def response_add(self, request: HttpRequest, obj: PayoutStop, post_url_continue: str | None = None) -> HttpResponse:
        return self._answer(request, obj, gettext("The payouts are stopped; the artist is told why."), request.path)

    def response_change(self, request: HttpRequest, obj: PayoutStop) -> HttpResponse:
        return self._answer(request, obj, gettext("The stop is lifted; the artist is told."), request.path)

    def _answer(self, request: HttpRequest, obj: PayoutStop, done: str, here: str) -> HttpResponse:
        if refused := getattr(obj, "refused", ""):
            messages.error(request, refused)
            return HttpResponseRedirect(here)
        messages.success(request, done)
        return HttpResponseRedirect("../../" if obj.lifted_at or "change" in here else "../")
