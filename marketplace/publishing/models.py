"""What was brought in to be published, and what became of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.core.ids import new_id


class Upload(models.Model):
    """A file that an artist brought in, checked and cleaned of metadata, waiting to be published."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    artist = models.ForeignKey(Artist, on_delete=models.PROTECT, related_name="uploads")
    received_sha256 = models.CharField(max_length=64, help_text="of the file as it came")
    sha256 = models.CharField(max_length=64, help_text="of the file as it is kept, without metadata")
    storage_key = models.CharField(max_length=200, help_text="in the private store")
    media_type = models.CharField(max_length=80)
    size_bytes = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(help_text="pixels")
    height = models.PositiveIntegerField(help_text="pixels")
    filename = models.CharField(max_length=200, blank=True, help_text="as the artist's machine called it")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            models.UniqueConstraint(fields=["artist", "received_sha256"], name="an_artist_uploads_a_file_once")
        ]

    def __str__(self) -> str:
        return f"{self.filename or self.sha256}"


class Publication(models.Model):
    """Which source became which work. The unique key is what makes a second press of Publish harmless."""

    source_key = models.CharField(max_length=120, primary_key=True, help_text="e.g. output:<id> or upload:<id>")
    work = models.OneToOneField(Work, on_delete=models.PROTECT, related_name="publication")
    artist = models.ForeignKey(Artist, on_delete=models.PROTECT, related_name="publications")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")

    def __str__(self) -> str:
        return self.source_key
