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
    list_display = ["slug", "artist", "medium", "status", "sold_exclusively", "published_at"]
    list_filter = ["status", "medium", "sold_exclusively"]
    list_select_related = ["artist"]
    search_fields = ["slug", "artist__handle", "texts__title"]
    readonly_fields = ["status", "status_before_hiding", "sold_exclusively", "made_by_model", "published_at"]
    inlines = [WorkTextInline]


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin[Tag]):
    list_display = ["slug", "concept"]
    search_fields = ["slug", "labels__label"]
    inlines = [TagLabelInline]
