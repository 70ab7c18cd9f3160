from django.contrib import admin
from django.http import HttpRequest

from marketplace.provenance.models import ProvenanceRecord


@admin.register(ProvenanceRecord)
class ProvenanceRecordAdmin(admin.ModelAdmin[ProvenanceRecord]):
    """To be read only; the database would refuse a change."""

    list_display = ["manifest_label", "source", "model", "model_version", "signed_at"]
    list_filter = ["source", "model"]
    search_fields = ["manifest_label", "file_sha256"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ProvenanceRecord | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ProvenanceRecord | None = None) -> bool:
        return False
