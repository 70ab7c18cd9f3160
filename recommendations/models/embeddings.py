"""Spaces in which works have vectors, and the vectors."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from pgvector.django import VectorField

from marketplace.catalog.models import Work
from marketplace.core.ids import new_id


class EmbeddingSpaceQuerySet(models.QuerySet["EmbeddingSpace"]):
    """Versions by what becomes of them."""

    def present(self) -> "EmbeddingSpaceQuerySet":
        """The version of each space that search and feeds read."""
        return self.exclude(present_in=None)

    def live(self) -> "EmbeddingSpaceQuerySet":
        """Versions in which a new work gets a vector: the present ones, those being filled, those to switch back to."""
        is_used = Q(present_in__isnull=False) | Q(filling_since__isnull=False) | Q(retired_at__isnull=False)
        return self.filter(is_used, dropped_at=None)


class EmbeddingSpace(models.Model):
    """A version of a space in which works have vectors; it has one HNSW index, ``index_name``.

    Of each space at most one version is present: search and feeds read that one alone. Another stands beside it while
    it is filled, and for a time of grace after it was switched away from.
    """

    class Space(models.TextChoices):
        TEXT = "text", _("Text")
        PICTURE = "picture", _("Picture")
        PALETTE = "palette", _("Palette")
        COMPOSITION = "composition", _("Composition")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    space = models.CharField(max_length=16, choices=Space)
    version = models.CharField(max_length=80)
    dimensions = models.PositiveIntegerField()
    index_name = models.CharField(max_length=63, unique=True)
    registered_at = models.DateTimeField(auto_now_add=True)
    present_in = models.CharField(
        max_length=16, null=True, editable=False, help_text=_("The space, where this is its present version.")
    )
    filling_since = models.DateTimeField(null=True, editable=False)
    whole_at = models.DateTimeField(
        null=True, editable=False, help_text=_("When every published work that can have a vector had one.")
    )
    retired_at = models.DateTimeField(
        null=True, editable=False, help_text=_("When another version took its place. It is dropped after a time.")
    )
    dropped_at = models.DateTimeField(null=True, editable=False, help_text=_("Its vectors are being deleted."))

    objects = EmbeddingSpaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("embedding space")
        verbose_name_plural = _("embedding spaces")
        constraints = [
            models.UniqueConstraint(fields=["space", "version"], name="a_version_of_a_space_once"),
            # Looked at when a statement ends, so that one statement takes it from one row and gives it to another.
            models.UniqueConstraint(
                fields=["present_in"], name="one_present_version_of_a_space", deferrable=models.Deferrable.IMMEDIATE
            ),
            models.CheckConstraint(
                condition=Q(present_in=None) | Q(present_in=F("space"), retired_at=None, dropped_at=None),
                name="a_present_version_is_of_its_space",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.space} {self.version}"

    @property
    def is_present(self) -> bool:
        """Whether search and feeds read it."""
        return self.present_in is not None


class Embedding(models.Model):
    """A work's vector in one version of a space, of length 1. Versions stand beside each other."""

    id = models.BigAutoField(primary_key=True)
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="embeddings")
    space = models.CharField(max_length=16, choices=EmbeddingSpace.Space)
    version = models.CharField(max_length=80)
    # Without dimensions: they differ by space. Each space's index casts to its own.
    vector = VectorField()
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("embedding")
        verbose_name_plural = _("embeddings")
        constraints = [
            models.UniqueConstraint(fields=["work", "space", "version"], name="one_vector_per_space_version")
        ]

    def __str__(self) -> str:
        return f"{self.work_id} in {self.space} {self.version}"


class EmbeddingGap(models.Model):
    """A work that can have no vector in a version of a space: no picture, or no words that its encoder reads."""

    id = models.BigAutoField(primary_key=True)
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(EmbeddingSpace, on_delete=models.CASCADE, related_name="gaps")
    noticed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("work without a vector")
        verbose_name_plural = _("works without a vector")
        constraints = [models.UniqueConstraint(fields=["work", "version"], name="one_gap_per_space_version")]

    def __str__(self) -> str:
        return f"{self.work_id} not in {self.version_id}"
