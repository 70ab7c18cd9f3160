"""The public halves of the keys that the site signs with, and the public log."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core.ids import new_id


class SigningKey(models.Model):
    """The public half of a key that signs statements. Append-only: what an old key signed stays checkable."""

    kid = models.CharField(max_length=64, primary_key=True, help_text="RFC 7638 thumbprint, base64url")
    algorithm = models.CharField(max_length=16, default="EdDSA")
    public_jwk: "models.JSONField[dict[str, str], dict[str, str]]" = models.JSONField()
    first_used_at = models.DateTimeField()

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")

    def __str__(self) -> str:
        return self.kid


class LogEntry(models.Model):
    """One line of the log. ``entry_hash`` covers every other field and the entry before; the database checks it."""

    sequence = models.PositiveBigIntegerField(primary_key=True)
    id = models.UUIDField(default=new_id, unique=True, editable=False)
    kind = models.CharField(max_length=40, help_text="what happened, past tense, e.g. work_published")
    subject = models.CharField(max_length=120, help_text="to what, e.g. work:<id>")
    payload_sha256 = models.CharField(max_length=64)
    logged_at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64)
    entry_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log entries")
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject", "payload_sha256"], name="a_thing_is_logged_once"),
        ]
        indexes = [models.Index(fields=["subject"], name="log_by_subject")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind} {self.subject}"
