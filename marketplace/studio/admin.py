"""For administrators: the registry of image models with prices and plans, and the plans' shares of the workers."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from generation.models import GenerationModel
from generation.selectors import measured_rate
from marketplace.studio.models import ModelTerms, PlanShare
from marketplace.studio.pricing import STEPS_PER_CREDIT, USUAL_PRICE_OF_A_TOOL, price_from_measured_cost


class TermsInline(admin.StackedInline[ModelTerms, GenerationModel]):
    model = ModelTerms
    filter_horizontal = ["plans"]
    can_delete = False
    readonly_fields = ["measured_cost"]

    def get_formset(self, request: HttpRequest, obj: GenerationModel | None = None, **kwargs: Any) -> Any:
        """A picture tool's price begins at what tools cost without terms: choosing plans alone changes no price."""
        formset = super().get_formset(request, obj, **kwargs)
        if obj is not None and obj.tool:
            formset.form.base_fields["credits_per_picture"].initial = USUAL_PRICE_OF_A_TOOL
        return formset

    @admin.display(description=_("credits, from the measured cost"))
    def measured_cost(self, terms: ModelTerms) -> str:
        """What it costs to make, at the price of a worker's hour."""
        model = getattr(terms, "model", None)
        rate = measured_rate(model) if model is not None and not model._state.adding else None
        if rate is None or not rate.jobs:
            return "—"
        price: Decimal = price_from_measured_cost(rate)
        seconds = rate.seconds(width=256, height=256, steps=STEPS_PER_CREDIT, count=1)
        return _("%(price)s (%(seconds).2f seconds, measured over %(jobs)d jobs)") % {
            "price": price,
            "seconds": seconds,
            "jobs": rate.jobs,
        }


_WHAT_IT_DOES = ["makes_from_words", "makes_from_pictures", "tool", "controls", "quality", "memory_mib"]


@admin.register(GenerationModel)
class RegistryAdmin(admin.ModelAdmin[GenerationModel]):
    list_display = ["title", "name", "version", "source", "quality", "commercial_use", "memory_mib", "is_active"]
    list_filter = ["is_active", "source", "commercial_use"]
    search_fields = ["name", "title"]
    inlines = [TermsInline]
    fieldsets = [
        (None, {"fields": ["title", "source", "name", "version", "weights_sha256", "is_active"]}),
        (
            _("What it does"),
            {"fields": ["makes_from_words", "makes_from_pictures", "tool", "controls", "quality", "memory_mib"]},
        ),
        (_("Licence"), {"fields": ["licence", "licence_url", "commercial_use", "commercial_terms"]}),
        (_("Settings"), {"fields": ["default_side", "largest_side", "default_steps", "default_guidance"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: GenerationModel | None = None) -> Any:
        """What recipes and open orders name stays as it is: another version is another entry."""
        return ["tool", "source", "name", "version"] if obj is not None else ["tool"]

    def has_delete_permission(self, request: HttpRequest, obj: GenerationModel | None = None) -> bool:
        """Jobs name it for ever; it can only be offered no more."""
        return False


@admin.register(PlanShare)
class PlanShareAdmin(admin.ModelAdmin[PlanShare]):
    list_display = ["plan", "weight"]
    list_select_related = ["plan"]
