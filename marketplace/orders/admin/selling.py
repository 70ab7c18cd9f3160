"""Bundles and referrals, to look at: services alone write them."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from marketplace.orders.models import Bundle, BundleItem, ReferralLink, ReferralReward


class _LookOnly(admin.ModelAdmin[Any]):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class _ItemInline(admin.TabularInline[BundleItem, Bundle]):
    model = BundleItem
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Bundle | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Bundle | None = None) -> bool:
        return False


@admin.register(Bundle)
class BundleAdmin(_LookOnly):
    list_display = ["title", "artist", "licence", "price", "withdrawn_at", "created_at"]
    list_filter = ["licence", "currency"]
    search_fields = ["title", "artist__handle"]
    list_select_related = ["artist"]
    inlines = [_ItemInline]


@admin.register(ReferralLink)
class ReferralLinkAdmin(_LookOnly):
    list_display = ["code", "user", "clicks", "created_at"]
    search_fields = ["code", "user__email"]
    list_select_related = ["user"]


@admin.register(ReferralReward)
class ReferralRewardAdmin(_LookOnly):
    list_display = ["line", "referral", "share", "part", "credits_granted", "credits_returned", "credits_due_at"]
    search_fields = ["referral__link__code", "referral__link__user__email", "line__order__id"]
    list_select_related = ["line", "referral", "part"]
