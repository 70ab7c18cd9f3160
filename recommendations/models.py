"""What people did with works, what works are like, and the words that find them."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from pgvector.django import VectorField

from marketplace.catalog.models import Work
from marketplace.core.ids import new_id


class Event(models.Model):
    """Somebody saw, liked or bought a work. Append-only, partitioned by the month of ``happened_on`` (UTC).

    ``viewer`` is a pseudonym or the digest of an anonymous session, never an account's id. ``once_key`` says what
    the event is the only one of; the database keeps one event for each key and day.
    """

    class Kind(models.TextChoices):
        VIEWED = "viewed", _("Viewed")
        LIKED = "liked", _("Liked")
        UNLIKED = "unliked", _("Like taken back")
        BOUGHT = "bought", _("Bought")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=16, choices=Kind)
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="events")
    viewer = models.CharField(max_length=64)
    once_key = models.CharField(max_length=160)
    happened_at = models.DateTimeField()
    happened_on = models.DateField(help_text="the day of happened_at in UTC; chooses the partition")

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [models.UniqueConstraint(fields=["once_key", "happened_on"], name="an_event_once")]
        indexes = [
            models.Index(fields=["viewer", "-happened_at"], name="events_of_a_viewer"),
            models.Index(fields=["work", "kind", "happened_at"], name="events_of_a_work"),
        ]

    def __str__(self) -> str:
        return f"{self.viewer[:12]} {self.kind} {self.work_id}"


class Like(models.Model):
    """A work that a person likes at present. The events tell when it was liked and no longer liked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="likes")
    viewer = models.CharField(max_length=64)
    liked_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("like")
        verbose_name_plural = _("likes")
        constraints = [models.UniqueConstraint(fields=["viewer", "work"], name="a_work_is_liked_once")]

    def __str__(self) -> str:
        return f"{self.viewer[:12]} likes {self.work_id}"


class WorkPopularity(models.Model):
    """Counters made from the events by ``refresh_popularity``; never the source of anything."""

    work = models.OneToOneField(Work, on_delete=models.CASCADE, primary_key=True, related_name="popularity")
    score = models.FloatField(help_text="weighted events, halved in a fixed time; for sorting only")
    viewers = models.PositiveIntegerField(default=0)
    likes = models.PositiveIntegerField(default=0)
    buyers = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("popularity")
        verbose_name_plural = _("popularity")
        indexes = [models.Index(fields=["-score"], name="most_popular_first")]

    def __str__(self) -> str:
        return f"{self.work_id}: {self.score:.2f}"


class EmbeddingSpace(models.Model):
    """A version of a space in which works have vectors; it has one HNSW index, ``index_name``."""

    class Space(models.TextChoices):
        TEXT = "text", _("Text")
        PICTURE = "picture", _("Picture")

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


class SearchDocument(models.Model):
    """The words of a work in both languages, as the application made them into a tsvector."""

    work = models.OneToOneField(Work, on_delete=models.CASCADE, primary_key=True, related_name="search_document")
    document = SearchVectorField()
    indexed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        indexes = [GinIndex(fields=["document"], name="search_document_words")]

    def __str__(self) -> str:
        return str(self.work_id)


class WorkColour(models.Model):
    """The colour that a work's preview shows most, measured when it is indexed."""

    class Colour(models.TextChoices):
        RED = "red", _("Red")
        ORANGE = "orange", _("Orange")
        YELLOW = "yellow", _("Yellow")
        GREEN = "green", _("Green")
        BLUE = "blue", _("Blue")
        VIOLET = "violet", _("Violet")
        PINK = "pink", _("Pink")
        DARK = "dark", _("Dark")
        LIGHT = "light", _("Light")
        GREY = "grey", _("Grey")

    work = models.OneToOneField(Work, on_delete=models.CASCADE, primary_key=True, related_name="colour")
    colour = models.CharField(max_length=12, choices=Colour, db_index=True)
    measured_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("colour of a work")
        verbose_name_plural = _("colours of works")

    def __str__(self) -> str:
        return f"{self.work_id}: {self.colour}"
