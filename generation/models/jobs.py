"""The jobs that were given to the generation worker, their attempts and their pictures. No money here."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from generation.engine import contract
from generation.engine.picture_tools.restoring.kinds import DamageKind
from generation.models.registry import GenerationModel
from marketplace.accounts.models import User
from marketplace.core.ids import new_id

DAMAGE_SHOWN = {
    DamageKind.SCRATCHES: _("scratches"),
    DamageKind.TEARS: _("tears and holes"),
    DamageKind.FOLDS: _("folds and creases"),
    DamageKind.FOXING: _("brown spots (foxing)"),
    DamageKind.STAINS: _("stains"),
    DamageKind.FADING: _("faded colours"),
    DamageKind.VARNISH: _("yellowed varnish"),
    DamageKind.NOISE: _("grain and noise"),
}


class GenerationJob(models.Model):
    """One order of pictures. ``attempt`` fences: what another attempt reports changes nothing."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("being made")
        FINISHED = "finished", _("finished")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")
        PARKED = "parked", _("set aside")

    class Kind(models.TextChoices):
        TEXT_TO_IMAGE = contract.Kind.TEXT_TO_IMAGE.value, _("from words")
        IMAGE_TO_IMAGE = contract.Kind.IMAGE_TO_IMAGE.value, _("from a picture")
        VARIATIONS = contract.Kind.VARIATIONS.value, _("variations of a picture")
        INPAINT = contract.Kind.INPAINT.value, _("painted over in part")
        OUTPAINT = contract.Kind.OUTPAINT.value, _("painted beyond its edge")
        UPSCALE = contract.Kind.UPSCALE.value, _("a picture enlarged")
        RESTORE = contract.Kind.RESTORE.value, _("a picture restored")
        COLOURIZE = contract.Kind.COLOURIZE.value, _("a picture in new colours")
        STYLE_TRANSFER = contract.Kind.STYLE_TRANSFER.value, _("a picture in the manner of another")
        PALETTE_TRANSFER = contract.Kind.PALETTE_TRANSFER.value, _("a picture in the colours of another")
        BACKGROUND_REMOVAL = contract.Kind.BACKGROUND_REMOVAL.value, _("a picture without its background")

    ACTIVE = (State.QUEUED, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="generation_jobs")
    submission = models.UUIDField(default=new_id, editable=False, help_text="One form sent twice makes one job.")
    model = models.ForeignKey(GenerationModel, on_delete=models.PROTECT, related_name="jobs")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    prompt = models.TextField(max_length=500, blank=True)
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
    mask_sha256 = models.CharField(max_length=64, blank=True, default="", db_default="")
    reference_sha256 = models.CharField(max_length=64, blank=True, default="", db_default="")
    tool: "models.JSONField[dict[str, Any] | None, dict[str, Any] | None]" = models.JSONField(
        null=True, blank=True, help_text="contract.ToolSettings"
    )
    control_sha256 = models.CharField(max_length=64, blank=True, default="", db_default="")
    control: "models.JSONField[dict[str, Any] | None, dict[str, Any] | None]" = models.JSONField(
        null=True, blank=True, help_text="contract.Control"
    )
    extension: "models.JSONField[dict[str, int] | None, dict[str, int] | None]" = models.JSONField(
        null=True, blank=True, help_text="contract.Extension"
    )
    base_seed = models.BigIntegerField(null=True, blank=True, help_text="Of variations: the seed that they stay near.")
    variation = models.FloatField(null=True, blank=True, help_text="Of variations: how far from it, up to 1.")
    painted_side = models.PositiveIntegerField(
        null=True, blank=True, help_text="Of edits: the longer side in pixels at which the model paints."
    )
    adapters: "models.JSONField[list[dict[str, Any]] | None, list[dict[str, Any]] | None]" = models.JSONField(
        null=True, blank=True, help_text="The LoRA files that it is made with: a list of contract.AdapterUsed."
    )

    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=1)
    queue_job_id = models.BigIntegerField(null=True, help_text="The row in the queue that carries this attempt.")
    queue_tag = models.FloatField(
        null=True, editable=False, help_text="Its place in the fair order, in virtual seconds (services.fair_order)."
    )
    expected_s = models.FloatField(null=True, editable=False, help_text="Seconds of making, expected when ordered.")
    crashes = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Attempts that ended in a worker's death or an error of ours."
    )
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
                | models.Q(state__in=["finished", "failed", "cancelled", "parked"], ended_at__isnull=False),
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
            models.Index(
                fields=["queue_tag"], condition=models.Q(started_at__isnull=False), name="virtual_time_of_the_queue"
            ),
            models.Index(fields=["started_at"], name="jobs_by_their_beginning"),
            models.Index(fields=["owner", "queue_tag"], name="places_of_an_owner"),
            models.Index(fields=["ended_at"], name="jobs_by_their_end"),
            models.Index(fields=["model", "-ended_at"], name="jobs_of_a_model_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def is_active(self) -> bool:
        """Whether it waits or runs."""
        return self.state in self.ACTIVE

    @property
    def heading(self) -> str:
        """What it is called on pages: its words, or of a tool what is done."""
        return self.prompt or str(self.get_kind_display())

    @property
    def damage_shown(self) -> str:
        """Of a restoration: the kinds of damage, in the reader's language."""
        return ", ".join(str(DAMAGE_SHOWN[DamageKind(name)]) for name in (self.tool or {}).get("damage", []))

    @property
    def percent_done(self) -> int:
        """Progress in whole percent, 100 only when finished."""
        if self.state == self.State.FINISHED:
            return 100
        return min(99, 100 * self.steps_done // max(1, self.steps_total))

    @property
    def painted_pixels(self) -> int:
        """Pixels of one picture that the model paints: of an edit at most a square of its side."""
        return self.width * self.height if self.painted_side is None else self.painted_side**2

    @property
    def steps_per_picture(self) -> int:
        """Denoising steps that each picture takes."""
        return self.steps_total // max(1, self.count)


class JobAttempt(models.Model):
    """An attempt that did not finish its job: when, why, and by which worker (the queue's number of it)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    job = models.ForeignKey(GenerationJob, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    error_code = models.CharField(max_length=40)
    queue_worker_id = models.BigIntegerField(null=True, help_text="The queue's number of the worker.")
    ended_at = models.DateTimeField()

    class Meta:
        ordering = ["job", "number"]
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="one_end_per_attempt")]
        indexes = [models.Index(fields=["ended_at"], name="attempts_by_their_end")]

    def __str__(self) -> str:
        return f"{self.job_id} attempt {self.number}: {self.error_code}"


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
    record_key = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="Of a restored picture: which pixels survived (picture_tools.restoring.record), in the jobs' store.",
    )
    record_sha256 = models.CharField(max_length=64, blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["job", "index"]
        constraints = [models.UniqueConstraint(fields=["job", "index"], name="one_output_per_index")]

    def __str__(self) -> str:
        return f"{self.job_id} #{self.index}"
