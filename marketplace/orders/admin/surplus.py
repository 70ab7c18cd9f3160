"""Second payments of orders: to look at, and to find those that a bank did not take back."""

from django.contrib import admin
from django.http import HttpRequest

from marketplace.orders.models import SurplusPayment


@admin.register(SurplusPayment)
class SurplusPaymentAdmin(admin.ModelAdmin[SurplusPayment]):
    """Rows that services alone write."""

    list_display = ["payment_intent_id", "order", "amount", "state", "refund_id", "created_at"]
    list_filter = ["state"]
    search_fields = ["payment_intent_id", "refund_id", "order__buyer__email"]
    list_select_related = ["order"]
    ordering = ["-created_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: SurplusPayment | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SurplusPayment | None = None) -> bool:
        return False
