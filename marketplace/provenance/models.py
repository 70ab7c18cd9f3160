"""Where a version of a work comes from, and what its picture looks like to a machine."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from pgvector.django import BitField, HnswIndex

from marketplace.catalog.models import WorkVersion
from marketplace.core.ids import new_id


class ProvenanceRecord(models.Model):
    """What was written into the signed file of a version, and the statement we signed on it. Append-only."""

    class Source(models.TextChoices):
        GENERATED = "generated", _("Generated from words")
        IMAGE_TO_IMAGE = "image_to_image", _("Generated from a picture and words")
        PICTURE_TOOL = "picture_tool", _("Made from a picture by a picture tool")
        UPLOADED = "uploaded", _("Uploaded by the artist")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.OneToOneField(WorkVersion, on_delete=models.PROTECT, related_name="provenance")
    source = models.CharField(max_length=16, choices=Source)
    model = models.CharField(max_length=200, blank=True)
    model_version = models.CharField(max_length=80, blank=True)
    weights_sha256 = models.CharField(max_length=64, blank=True)
    seed = models.BigIntegerField(null=True, blank=True)
    steps = models.PositiveSmallIntegerField(null=True, blank=True)
    made_at = models.DateTimeField(help_text="when the picture was made, or received")
    prompt_shown = models.TextField(blank=True, help_text="empty: the artist keeps it to herself")
    parents: "ArrayField[list[str], list[str]]" = ArrayField(
        models.CharField(max_length=64), default=list, help_text="SHA-256 of what it was made from"
    )
    unsigned_sha256 = models.CharField(max_length=64, help_text="of the file before its credentials were added")
    file_sha256 = models.CharField(max_length=64, unique=True, help_text="of the signed file")
    media_type = models.CharField(max_length=80)
    manifest_label = models.CharField(max_length=120, unique=True)
    certificate_sha256 = models.CharField(max_length=64, help_text="of the leaf certificate that signed it")
    statement: "models.JSONField[dict[str, str], dict[str, str]]" = models.JSONField(
        help_text="these facts as a JWS in flattened JSON form (RFC 7515)"
    )
    signed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("provenance record")
        verbose_name_plural = _("provenance records")
        indexes = [models.Index(fields=["unsigned_sha256"], name="records_by_unsigned_file")]

    def __str__(self) -> str:
        return self.manifest_label


class PictureSource(models.Model):
    """A picture was made ready to begin with (turned upright, made smaller, its metadata left out) from a file.

    A record's ``parents`` are hashes of what models began with; these rows lead from them to the files that came in.
    """

    made_sha256 = models.CharField(max_length=64, help_text="of the picture that was handed to the model")
    of_sha256 = models.CharField(max_length=64, help_text="of the file that it was made from")

    class Meta:
        verbose_name = _("source of a picture")
        verbose_name_plural = _("sources of pictures")
        constraints = [
            models.UniqueConstraint(fields=["made_sha256", "of_sha256"], name="a_picture_and_its_source_once")
        ]

    def __str__(self) -> str:
        return f"{self.made_sha256} of {self.of_sha256}"


class Fingerprint(models.Model):
    """A perceptual hash of a version's picture: survives re-encoding and resizing."""

    class Algorithm(models.TextChoices):
        PDQ = "pdq", "PDQ"

    version = models.ForeignKey(WorkVersion, on_delete=models.CASCADE, related_name="fingerprints")
    algorithm = models.CharField(max_length=8, choices=Algorithm, default=Algorithm.PDQ)
    bits = BitField(length=256)
    quality = models.PositiveSmallIntegerField(help_text="PDQ's own measure, 0 to 100")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("fingerprint")
        verbose_name_plural = _("fingerprints")
        constraints = [
            models.UniqueConstraint(fields=["version", "algorithm"], name="one_fingerprint_per_algorithm"),
        ]
        indexes = [
            HnswIndex(
                name="fingerprints_by_pdq",
                fields=["bits"],
                m=16,
                ef_construction=64,
                opclasses=["bit_hamming_ops"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.algorithm} of {self.version_id}"
