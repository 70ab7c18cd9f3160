"""LoRA files that artists brought. The file is its owner's alone; pictures' records keep its name and hash."""

from typing import Any

from django.db import models
from django.db.models.functions import Lower

from generation.engine import contract
from marketplace.accounts.models import User
from marketplace.core.ids import new_id


class Lora(models.Model):
    """One file of one person's. Removing it removes the row and the file, never what pictures say of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="loras")
    name = models.CharField(max_length=60)
    trigger_words = models.CharField(
        max_length=200, blank=True, help_text="Words, with commas, that call what it was trained for."
    )
    origin = models.CharField(max_length=200, blank=True, help_text="Who made it, and under which licence.")
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    shapes: "models.JSONField[list[list[Any]], list[list[Any]]]" = models.JSONField(
        help_text="[component, part, shape] of each part that it changes (engine.adapters.fitting.Shapes)."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "sha256"], name="one_lora_per_content"),
            models.UniqueConstraint("owner", Lower("name"), name="one_lora_per_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def storage_key(self) -> str:
        """Where the file lies in the private store, which no generation worker can read."""
        return f"loras/{self.id}/{self.sha256}.safetensors"

    @property
    def jobs_key(self) -> str:
        """Where it lies for the workers, once an order has named it."""
        return contract.adapter_key(self.id, self.sha256)

    @property
    def triggers(self) -> tuple[str, ...]:
        """Its trigger words, one by one."""
        return tuple(word.strip() for word in self.trigger_words.replace("，", ",").split(",") if word.strip())
