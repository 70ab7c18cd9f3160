"""Discount codes of the platform, which pays for them; artists' own are to look at, and can be switched off."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import AtelierError
from marketplace.core.money import CREDITS, EXPONENTS
from marketplace.orders.models import DiscountCode, DiscountUse
from marketplace.orders.services.discount_codes import normal_code

# What a code takes is fixed once it is made: orders have been promised it.
_FIXED = ("code", "artist", "share_basis_points", "amount_minor", "currency")
_LIMITS = ("starts_at", "ends_at", "most_uses", "most_uses_per_buyer")
# Of what the platform pays: how much an order gets at most.
_CEILING = ("most_off_dollars",)


class _CodeForm(forms.ModelForm[DiscountCode]):
    class Meta:
        model = DiscountCode
        fields = (*(name for name in _FIXED if name != "artist"), *_LIMITS, *_CEILING, "is_active")

    def clean_code(self) -> str:
        try:
            return normal_code(self.cleaned_data["code"])
        except AtelierError as error:
            raise ValidationError(f"{error.message} {error.way_out}") from error

    def clean_most_uses(self) -> int:
        most: int | None = self.cleaned_data["most_uses"]
        if not most:
            raise ValidationError(_("Say how often it can be used: the platform pays for each use."))
        return most

    def clean_currency(self) -> str:
        currency = str(self.cleaned_data["currency"]).strip().upper()
        if self.cleaned_data.get("amount_minor") is not None and currency not in set(EXPONENTS) - {CREDITS}:
            raise ValidationError(_("An amount needs the code of its currency."))
        return currency


@admin.register(DiscountCode)
class DiscountCodeAdmin(admin.ModelAdmin[DiscountCode]):
    """A new code is the platform's: good for all works, and the platform pays the artists what it takes off."""

    form = _CodeForm
    list_display = ["code", "artist", "takes", "starts_at", "ends_at", "used", "most_uses", "is_active"]
    list_filter = ["is_active", ("artist", admin.EmptyFieldListFilter)]
    search_fields = ["code", "artist__handle"]
    list_select_related = ["artist"]
    ordering = ["-created_at"]
    actions = None

    @admin.display(description=_("uses"))
    def used(self, code: DiscountCode) -> int:
        """In paid orders and open ones."""
        return code.uses.filter(state__in=DiscountUse.COUNTED).count()

    def get_fields(self, request: HttpRequest, obj: DiscountCode | None = None) -> Any:
        if obj is None:
            return [name for name in _FIXED if name != "artist"] + [*_LIMITS, *_CEILING, "is_active"]
        ceiling = () if obj.artist_id else _CEILING
        return [*_FIXED, *_LIMITS, *ceiling, "used", "is_active"]

    def get_readonly_fields(self, request: HttpRequest, obj: DiscountCode | None = None) -> Any:
        if obj is None:
            return ()
        return (*_FIXED, "used", *(_LIMITS if obj.artist_id else ()))

    def has_delete_permission(self, request: HttpRequest, obj: DiscountCode | None = None) -> bool:
        return False
