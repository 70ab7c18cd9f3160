from django.contrib import admin
from django.http import HttpRequest

from marketplace.orders.models import Order, OrderLine


class LinesInline(admin.TabularInline[OrderLine, Order]):
    model = OrderLine
    extra = 0
    can_delete = False
    fields = ("offer", "work", "version", "price", "grant")
    readonly_fields = ("offer", "work", "version", "price", "grant")

    def has_add_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        return False


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin[Order]):
    """To look at; an order's state moves by services alone."""

    list_display = ["id", "buyer", "state", "total", "created_at", "paid_at", "refusal"]
    list_filter = ["state", "refusal"]
    search_fields = ["id", "buyer__email", "checkout_session_id", "payment_intent_id"]
    list_select_related = ["buyer"]
    inlines = [LinesInline]
    date_hierarchy = "created_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        return False
