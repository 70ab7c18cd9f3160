"""Tiers and memberships, to look at: services alone write them."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from marketplace.memberships.models import Membership, MembershipChange, MembershipPayment, Tier, TierPrice


class _LookOnly(admin.ModelAdmin[Any]):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class _LookOnlyInline(admin.TabularInline[Any, Any]):
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class _PriceInline(_LookOnlyInline):
    model = TierPrice


class _PaymentInline(_LookOnlyInline):
    model = MembershipPayment
    fields = ["invoice_id", "payment_ref", "amount", "starts_at", "ends_at", "created_at"]
    readonly_fields = ["amount", "created_at"]


class _ChangeInline(_LookOnlyInline):
    model = MembershipChange


@admin.register(Tier)
class TierAdmin(_LookOnly):
    list_display = ["name", "artist", "level", "currency", "closed_at", "created_at"]
    list_filter = ["level", "currency", ("closed_at", admin.EmptyFieldListFilter)]
    search_fields = ["name_en", "name_zh_hans", "artist__handle"]
    list_select_related = ["artist"]
    inlines = [_PriceInline]


@admin.register(Membership)
class MembershipAdmin(_LookOnly):
    list_display = ["user", "artist", "price", "state", "current_period_end", "ended_because", "joined_at"]
    list_filter = ["state", "ended_because"]
    search_fields = ["user__email", "artist__handle", "stripe_subscription_id", "payments__invoice_id"]
    list_select_related = ["user", "artist", "price"]
    inlines = [_PaymentInline, _ChangeInline]
