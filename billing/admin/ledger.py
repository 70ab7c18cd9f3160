"""The ledger, and what is built on it, to look at and never to change."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from billing.models import (
    Account,
    AutomaticTopUp,
    CreditHold,
    CreditPack,
    CreditPurchase,
    Entry,
    JudgedPayment,
    PaidPeriod,
    Plan,
    PlanChange,
    PlanSubscription,
    Sale,
    Transaction,
)


class LookOnly(admin.ModelAdmin[Any]):
    """Everything can be read, nothing changed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class EntryInline(admin.TabularInline[Entry, Transaction]):
    model = Entry
    extra = 0
    can_delete = False
    fields = ["account", "amount_minor"]
    readonly_fields = ["account", "amount_minor"]

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Transaction)
class TransactionAdmin(LookOnly):
    list_display = ["object_ref", "effect", "reason", "created_at"]
    list_filter = ["reason"]
    search_fields = ["object_ref"]
    ordering = ["-created_at"]
    inlines = [EntryInline]


@admin.register(Account)
class AccountAdmin(LookOnly):
    list_display = ["kind", "currency", "user", "artist", "created_at"]
    list_filter = ["kind", "currency"]
    search_fields = ["user__email", "artist__handle"]
    list_select_related = ["user", "artist"]


@admin.register(CreditHold)
class CreditHoldAdmin(LookOnly):
    list_display = ["object_ref", "user", "amount", "spent", "state", "created_at"]
    list_filter = ["state"]
    search_fields = ["object_ref", "user__email"]
    list_select_related = ["user"]


@admin.register(CreditPurchase)
class CreditPurchaseAdmin(LookOnly):
    list_display = ["user", "pack", "price", "state", "created_at"]
    list_filter = ["state"]
    search_fields = ["user__email", "checkout_session_id", "payment_intent_id"]
    list_select_related = ["user", "pack"]


@admin.register(JudgedPayment)
class JudgedPaymentAdmin(LookOnly):
    list_display = ["object_ref", "user", "amount", "state", "arrived_at", "ended_at"]
    list_filter = ["state"]
    search_fields = ["object_ref", "user__email", "payment_ref", "refund_id"]
    list_select_related = ["user"]


@admin.register(PlanSubscription)
class PlanSubscriptionAdmin(LookOnly):
    list_display = ["user", "plan", "state", "current_period_end", "cancel_at_period_end"]
    list_filter = ["state"]
    search_fields = ["user__email", "stripe_subscription_id"]
    list_select_related = ["user", "plan"]


@admin.register(PaidPeriod)
class PaidPeriodAdmin(LookOnly):
    list_display = ["subscription", "plan", "starts_at", "ends_at", "months_done", "months", "stopped_because"]
    list_filter = ["plan", "stopped_because"]
    search_fields = ["subscription__user__email", "invoice_id", "payment_ref"]
    list_select_related = ["subscription", "plan"]


@admin.register(PlanChange)
class PlanChangeAdmin(LookOnly):
    list_display = ["subscription", "from_plan", "to_plan", "to_interval", "state", "effective_at"]
    list_filter = ["state"]
    search_fields = ["subscription__user__email", "stripe_schedule_id"]
    list_select_related = ["subscription", "from_plan", "to_plan"]


@admin.register(AutomaticTopUp)
class AutomaticTopUpAdmin(LookOnly):
    list_display = ["user", "pack", "threshold", "ceiling", "is_on", "stopped_because", "agreed_at"]
    list_filter = ["is_on", "stopped_because"]
    search_fields = ["user__email"]
    list_select_related = ["user", "pack"]


@admin.register(Sale)
class SaleAdmin(LookOnly):
    list_display = ["line_ref", "kind", "artist", "gross", "fee", "net", "state", "available_at"]
    list_filter = ["kind", "state", "currency"]
    search_fields = ["line_ref", "order_ref", "artist__handle"]
    list_select_related = ["artist"]


@admin.register(CreditPack, Plan)
class CatalogueAdmin(LookOnly):
    list_display = ["code", "name_en", "credits", "price", "is_active", "stripe_price_id"]
