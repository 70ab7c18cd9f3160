from django.contrib import admin
from django.http import HttpRequest

from marketplace.transparency.models import LogEntry


@admin.register(LogEntry)
class LogEntryAdmin(admin.ModelAdmin[LogEntry]):
    """To be read only; the database would refuse a change."""

    list_display = ["sequence", "kind", "subject", "logged_at"]
    list_filter = ["kind"]
    search_fields = ["subject", "payload_sha256", "entry_hash"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: LogEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: LogEntry | None = None) -> bool:
        return False
