"""Versions of the models that rank feeds, and which works go with which by them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.core.ids import new_id

# What the evaluation finds wrong with a version (`engine.training.gate`).
REFUSALS = {
    "too_few_viewers": _("Too few viewers came back after the split to tell whether it is any good."),
    "worse_than_present": _("It may be worse than the present version."),
    "not_better_than_heuristic": _("It is not surely better than feeds without a trained model."),
    "not_better_than_popularity": _("It is not surely better than showing what is popular."),
}


class RecommenderVersion(models.Model):
    """Models trained at one time; their files lie in private storage under ``storage_prefix``.

    At most one is present. A version whose evaluation was not better than what is present is refused, and kept to be
    looked at.
    """

    class State(models.TextChoices):
        READY = "ready", _("Ready")
        REFUSED = "refused", _("Refused by the evaluation")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.CharField(max_length=80, unique=True)
    state = models.CharField(max_length=8, choices=State)
    is_present = models.BooleanField(default=False)
    manifest = models.JSONField(help_text="the manifest of the files, with what the evaluation measured")
    storage_prefix = models.CharField(max_length=200)
    made_at = models.DateTimeField(db_default=Now())
    switched_at = models.DateTimeField(null=True, blank=True, help_text="when it was last made the present one")

    class Meta:
        verbose_name = _("version of the recommender")
        verbose_name_plural = _("versions of the recommender")
        constraints = [
            models.UniqueConstraint(
                fields=["is_present"], condition=Q(is_present=True), name="one_present_recommender"
            ),
            models.CheckConstraint(
                condition=Q(is_present=False) | Q(state="ready"), name="a_refused_recommender_is_not_present"
            ),
        ]

    def __str__(self) -> str:
        return self.version

    @property
    def why_refused(self) -> str:
        """In words; empty where it is ready."""
        code = self.manifest.get("refusal", "")
        return str(REFUSALS.get(code, code))


class RelatedWorks(models.Model):
    """The works that go with a work by what people did with both, the strongest first, in one version."""

    class Kind(models.TextChoices):
        TASTE = "taste", _("Liked by the same people")
        BOUGHT = "bought", _("Bought by the same people")

    id = models.BigAutoField(primary_key=True)
    recommender = models.ForeignKey(RecommenderVersion, on_delete=models.CASCADE, related_name="related_works")
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="related_works", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    # No foreign keys: what is gone meanwhile is passed over when a feed is made.
    others = ArrayField(models.UUIDField())
    weights = ArrayField(models.FloatField(), help_text="of each of the others, above 0")

    class Meta:
        verbose_name = _("related works")
        verbose_name_plural = _("related works")
        constraints = [
            models.UniqueConstraint(fields=["work", "kind", "recommender"], name="related_works_once"),
        ]

    def __str__(self) -> str:
        return f"{self.work_id}: {len(self.others)} ({self.kind})"


class RecommenderSwitch(models.Model):
    """That a version was made the present one, or that feeds do without. Rows are added, never changed."""

    class Origin(models.TextChoices):
        TRAINING = "training", _("A training that was good enough")
        ADMINISTRATOR = "administrator", _("An administrator")
        COMMAND = "command", _("A command")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Names, not references: versions are deleted when they are old, what was done with them stays.
    before = models.CharField(max_length=80, blank=True, help_text="the version until then; empty: none")
    after = models.CharField(max_length=80, blank=True, help_text="the version from then on; empty: none")
    origin = models.CharField(max_length=16, choices=Origin)
    administrator = models.ForeignKey(User, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    switched_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("switch of the recommender")
        verbose_name_plural = _("switches of the recommender")
        indexes = [models.Index(fields=["-switched_at"], name="recommender_switches_last")]

    def __str__(self) -> str:
        return f"{self.before or '-'} to {self.after or '-'}"
