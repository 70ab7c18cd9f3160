from django.contrib import admin

from marketplace.catalog.models import Tag, TagLabel, Work, WorkText


class WorkTextInline(admin.TabularInline[WorkText, Work]):
    model = WorkText
    extra = 0


class TagLabelInline(admin.TabularInline[TagLabel, Tag]):
    model = TagLabel
    extra = 0


@admin.register(Work)
class WorkAdmin(admin.ModelAdmin[Work]):
    list_display = ["slug", "artist", "medium", "status", "audience", "sold_exclusively", "published_at"]
    list_filter = ["status", "audience", "medium", "sold_exclusively"]
    list_select_related = ["artist"]
    search_fields = ["slug", "artist__handle", "texts__title"]
    readonly_fields = [
        "status", "status_before_hiding", "sold_exclusively", "audience", "public_from", "members_level",
        "made_by_model", "published_at",
    ]  # fmt: skip
    inlines = [WorkTextInline]


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin[Tag]):
    list_display = ["slug", "concept"]
    search_fields = ["slug", "labels__label"]
    inlines = [TagLabelInline]
