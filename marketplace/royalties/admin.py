from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from marketplace.royalties.models import LineageShare, RemixTerms, WorkShare


class ToLookAt(admin.ModelAdmin[Model]):
    """Rows that services alone write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(WorkShare)
class WorkShareAdmin(ToLookAt):
    list_display = ["work", "artist", "percent", "state", "offered_at", "decided_at", "ended_at"]
    list_filter = ["state"]
    search_fields = ["artist__handle", "work__slug"]
    list_select_related = ["work", "artist"]


@admin.register(RemixTerms)
class RemixTermsAdmin(ToLookAt):
    list_display = ["work", "basis_points", "changed_at"]
    list_select_related = ["work"]


@admin.register(LineageShare)
class LineageShareAdmin(ToLookAt):
    list_display = ["child", "parent", "percent", "recorded_at"]
    search_fields = ["child__slug", "parent__slug"]
    list_select_related = ["child", "parent"]
