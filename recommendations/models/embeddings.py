"""Spaces in which works have vectors, and the vectors."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from pgvector.django import VectorField

from marketplace.catalog.models import Work
from marketplace.core.ids import new_id


class EmbeddingSpace(models.Model):
    """A version of a space in which works have vectors; it has one HNSW index, ``index_name``."""

    class Space(models.TextChoices):
        TEXT = "text", _("Text")
        PICTURE = "picture", _("Picture")
        PALETTE = "palette", _("Palette")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    space = models.CharField(max_length=16, choices=Space)
    version = models.CharField(max_length=80)
    dimensions = models.PositiveIntegerField()
    index_name = models.CharField(max_length=63, unique=True)
    registered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("embedding space")
        verbose_name_plural = _("embedding spaces")
        constraints = [models.UniqueConstraint(fields=["space", "version"], name="a_version_of_a_space_once")]

    def __str__(self) -> str:
        return f"{self.space} {self.version}"


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
