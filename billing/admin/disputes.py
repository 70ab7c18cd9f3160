"""Disputes, the most urgent first."""

from django.contrib import admin

from billing.admin.ledger import LookOnly
from billing.models import Dispute, DisputedSale


class DisputedSalesInline(admin.TabularInline[DisputedSale, Dispute]):
    model = DisputedSale
    extra = 0
    can_delete = False
    fields = ["sale", "claimed_minor", "amount_minor", "deducted_minor"]
    readonly_fields = ["sale", "claimed_minor", "amount_minor", "deducted_minor"]


@admin.register(Dispute)
class DisputeAdmin(LookOnly):
    list_display = ["id", "amount", "reason", "status", "outcome", "evidence_due_by", "opened_at", "closed_at"]
    list_filter = ["outcome", "status", "reason"]
    search_fields = ["id", "payment_ref"]
    ordering = ["outcome", "evidence_due_by"]
    inlines = [DisputedSalesInline]
