from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from marketplace.licensing.models import LicenceEnding, LicenceGrant, LicenceHold, LicenceOffer, LicenceTerms


class ToLookAt(admin.ModelAdmin[Model]):
    """Rows that services alone write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(LicenceTerms)
class LicenceTermsAdmin(ToLookAt):
    list_display = ["code", "version", "name_en", "name_zh", "is_current"]


@admin.register(LicenceOffer)
class LicenceOfferAdmin(ToLookAt):
    list_display = ["work", "terms", "price", "is_active", "created_at"]
    list_filter = ["terms__code", "is_active"]
    list_select_related = ["work", "terms"]


@admin.register(LicenceGrant)
class LicenceGrantAdmin(ToLookAt):
    list_display = ["number", "work", "terms", "holder_name", "price", "granted_at"]
    list_filter = ["terms__code"]
    search_fields = ["number", "holder__email", "order_line_ref"]
    list_select_related = ["work", "terms"]


@admin.register(LicenceHold)
class LicenceHoldAdmin(ToLookAt):
    list_display = ["work", "holder_ref", "until", "released_at"]
    list_select_related = ["work"]


@admin.register(LicenceEnding)
class LicenceEndingAdmin(ToLookAt):
    list_display = ["grant", "reason", "ended_at"]
    list_select_related = ["grant"]
