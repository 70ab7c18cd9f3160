"""The registry of image models, and the jobs that were given to the generation worker. No money here."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from generation.engine import contract
from marketplace.accounts.models import User
from marketplace.core.ids import new_id


class GenerationModel(models.Model):
    """An image model that jobs may name: a folder under MODELS_DIR or a name on a hub."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200, help_text="The folder under MODELS_DIR, or owner/name on the hub.")
    version = models.CharField(max_length=80)
    title = models.CharField(max_length=80)
    weights_sha256 = models.CharField(max_length=64, blank=True, help_text="Over all its safetensors files, if known.")
    default_side = models.PositiveIntegerField(default=256, help_text="Pixels.")
    largest_side = models.PositiveIntegerField(default=512, help_text="Pixels.")
    default_steps = models.PositiveSmallIntegerField(default=20)
    default_guidance = models.FloatField(default=4.0)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="one_model_per_name_and_version")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class GenerationJob(models.Model):
    """One order of pictures. ``attempt`` fences: what another attempt reports changes nothing."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("being made")
        FINISHED = "finished", _("finished")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    class Kind(models.TextChoices):
        TEXT_TO_IMAGE = contract.Kind.TEXT_TO_IMAGE.value, _("from words")
        IMAGE_TO_IMAGE = contract.Kind.IMAGE_TO_IMAGE.value, _("from a picture")

    ACTIVE = (State.QUEUED, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="generation_jobs")
    submission = models.UUIDField(default=new_id, editable=False, help_text="One form sent twice makes one job.")
    model = models.ForeignKey(GenerationModel, on_delete=models.PROTECT, related_name="jobs")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    prompt = models.TextField(max_length=500)
    negative_prompt = models.TextField(max_length=500, blank=True)
    language = models.CharField(max_length=8)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    count = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(contract.MOST_PICTURES)]
    )
    seed = models.BigIntegerField()
    steps = models.PositiveSmallIntegerField()
    guidance = models.FloatField()
    strength = models.FloatField(null=True, blank=True)
    input_sha256 = models.CharField(max_length=64, blank=True)

    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=1)
    queue_job_id = models.BigIntegerField(null=True, help_text="The row in the queue that carries this attempt.")
    steps_done = models.PositiveIntegerField(default=0, help_text="Over all pictures.")
    steps_total = models.PositiveIntegerField()
    previews = models.PositiveIntegerField(default=0, help_text="How often the preview has changed.")
    progress_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "submission"], name="one_job_per_submission"),
            models.CheckConstraint(
                condition=models.Q(state__in=["queued", "running"], ended_at__isnull=True)
                | models.Q(state__in=["finished", "failed", "cancelled"], ended_at__isnull=False),
                name="an_ended_job_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="jobs_of_an_owner"),
            models.Index(
                fields=["progress_at"],
                condition=models.Q(state__in=["queued", "running"]),
                name="active_jobs",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def is_active(self) -> bool:
        """Whether it waits or runs."""
        return self.state in self.ACTIVE

    @property
    def percent_done(self) -> int:
        """Progress in whole percent, 100 only when finished."""
        if self.state == self.State.FINISHED:
            return 100
        return min(99, 100 * self.steps_done // max(1, self.steps_total))

    @property
    def steps_per_picture(self) -> int:
        """Denoising steps that each picture takes."""
        return self.steps_total // max(1, self.count)


class GenerationOutput(models.Model):
    """One picture delivered. Written once for each (job, index)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    job = models.ForeignKey(GenerationJob, on_delete=models.PROTECT, related_name="outputs")
    index = models.PositiveSmallIntegerField()
    storage_key = models.CharField(max_length=200, help_text="In the jobs' store.")
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    media_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    seed = models.BigIntegerField()
    recipe: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(help_text="contract.Recipe")
    render_s = models.FloatField()
    device = models.CharField(max_length=80, default="cpu")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["job", "index"]
        constraints = [models.UniqueConstraint(fields=["job", "index"], name="one_output_per_index")]

    def __str__(self) -> str:
        return f"{self.job_id} #{self.index}"
