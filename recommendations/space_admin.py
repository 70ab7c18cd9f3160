"""Versions of spaces to look at: which is present, and how far a filling is. `manage.py embeddings` changes them."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from recommendations.models import EmbeddingSpace
from recommendations.selectors.versions import with_counts


@admin.register(EmbeddingSpace)
class EmbeddingSpaceAdmin(admin.ModelAdmin[EmbeddingSpace]):
    list_display = (
        *("space", "version", "is_the_present_one", "works_with_vector", "works_without", "works_lacking"),
        *("filling_since", "whole_at", "retired_at", "dropped_at"),
    )
    list_filter = ("space",)
    ordering = ("space", "registered_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[EmbeddingSpace]:
        """With the counts of each version, by subqueries: the list takes one query however long it is."""
        return with_counts(super().get_queryset(request))

    @admin.display(description=_("present"), boolean=True)
    def is_the_present_one(self, version: EmbeddingSpace) -> bool:
        return version.is_present

    @admin.display(description=_("works with a vector"))
    def works_with_vector(self, version: Any) -> int:
        return int(version.with_vector)

    @admin.display(description=_("works that can have none"))
    def works_without(self, version: Any) -> int:
        return int(version.without)

    @admin.display(description=_("works to do"))
    def works_lacking(self, version: Any) -> int:
        return max(0, int(version.published) - int(version.with_vector) - int(version.without))
