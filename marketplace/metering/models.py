"""Usage as it happens, what a unit costs since when, and the figures of each month.

Amounts are whole millionths of a currency's major unit (``_micro``: 1,000,000 is one dollar), since a second of a GPU
costs less than a cent. Usage and unit costs are append-only, kept so by the database (migration 0001).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from generation.models import GenerationModel
from marketplace.accounts.models import User
from marketplace.metering.resources import Resource


class UsageRecord(models.Model):
    """So much of a resource was used for one object: a picture of a job, a person's files on one day, a message."""

    id = models.BigAutoField(primary_key=True)
    resource = models.CharField(max_length=10, choices=Resource)
    object_ref = models.CharField(max_length=200, help_text="kind:id; once for each resource")
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="empty: the shop's own"
    )
    model = models.ForeignKey(
        GenerationModel, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    device = models.CharField(max_length=80, blank=True, help_text="of a picture: what made it")
    quantity = models.PositiveBigIntegerField(help_text="milliseconds, bytes kept for a day, or messages")
    happened_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("usage")
        verbose_name_plural = _("usage")
        constraints = [models.UniqueConstraint(fields=["resource", "object_ref"], name="usage_once_per_object")]
        indexes = [models.Index(fields=["resource", "-happened_at"], name="usage_by_resource_and_time")]

    def __str__(self) -> str:
        return f"{self.resource} {self.object_ref}"


class UnitCost(models.Model):
    """What ``resource`` costs from a day on, until the next one begins. Written where the configuration changed."""

    id = models.BigAutoField(primary_key=True)
    resource = models.CharField(max_length=10, choices=Resource)
    valid_from = models.DateField()
    cost_micro = models.PositiveBigIntegerField(help_text="for resources.PRICED_UNITS of it")
    currency = models.CharField(max_length=3)

    class Meta:
        verbose_name = _("unit cost")
        verbose_name_plural = _("unit costs")
        constraints = [models.UniqueConstraint(fields=["resource", "valid_from"], name="one_cost_per_resource_and_day")]

    def __str__(self) -> str:
        return f"{self.resource} from {self.valid_from}"


class Month(models.Model):
    """A month whose figures were added up; for good once it is closed."""

    begins = models.DateField(primary_key=True)
    added_up_at = models.DateTimeField()
    is_closed = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("month")
        verbose_name_plural = _("costs and margin")

    def __str__(self) -> str:
        return f"{self.begins:%Y-%m}"


class MonthlyFigure(models.Model):
    """One item of one person and model in one month: what was used and cost, or what it brought."""

    class Item(models.TextChoices):
        GPU = Resource.GPU.value, Resource.GPU.label
        CPU = Resource.CPU.value, Resource.CPU.label
        STORAGE = Resource.STORAGE.value, Resource.STORAGE.label
        EMAIL = Resource.EMAIL.value, Resource.EMAIL.label
        CREDITS = "credits", _("Credits spent, at what was paid for them")
        FEES = "fees", _("Platform fees")

    COSTS = (Item.GPU, Item.CPU, Item.STORAGE, Item.EMAIL)
    REVENUES = (Item.CREDITS, Item.FEES)

    id = models.BigAutoField(primary_key=True)
    month = models.ForeignKey(Month, on_delete=models.PROTECT, related_name="figures", db_index=False)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    model = models.ForeignKey(
        GenerationModel, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    item = models.CharField(max_length=10, choices=Item)
    currency = models.CharField(max_length=3)
    quantity = models.BigIntegerField(help_text="of the resource, or credits")
    amount_micro = models.BigIntegerField(help_text="cost or revenue")

    class Meta:
        verbose_name = _("monthly figure")
        verbose_name_plural = _("monthly figures")
        constraints = [
            models.UniqueConstraint(
                fields=["month", "owner", "model", "item", "currency"],
                nulls_distinct=False,
                name="one_figure_per_month_owner_model_item",
            )
        ]

    def __str__(self) -> str:
        return f"{self.month_id} {self.item}"
