"""The registry of image models. No money here: prices and plans are the studio's."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator, URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from generation.engine import contract
from marketplace.core.ids import new_id

_FOLDER_NAME = re.compile(r"^[A-Za-z0-9][\w.-]*$")
_HUB_NAME = re.compile(r"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$")
_COMMIT = re.compile(r"^[0-9a-f]{40}$")


class GenerationModel(models.Model):
    """An image model or a picture tool that jobs may name: a folder under MODELS_DIR, or a hub's name at one commit."""

    class Source(models.TextChoices):
        FOLDER = "folder", _("a folder under MODELS_DIR")
        HUB = "hub", _("a hub, by owner/name")

    class CommercialUse(models.TextChoices):
        ALLOWED = "allowed", _("allowed")
        CONDITIONS = "conditions", _("allowed under conditions")
        FORBIDDEN = "forbidden", _("forbidden")
        UNKNOWN = "unknown", _("not checked yet")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.CharField(
        _("source"), max_length=10, choices=Source, default=Source.FOLDER, db_default=Source.FOLDER.value
    )
    name = models.CharField(
        _("name"), max_length=200, help_text=_("The folder under MODELS_DIR, or owner/name on the hub.")
    )
    version = models.CharField(
        _("version"), max_length=80, help_text=_("Of a folder: what its card says. Of the hub: the commit, in full.")
    )
    title = models.CharField(_("title"), max_length=80)
    weights_sha256 = models.CharField(
        _("SHA-256 of the weights"),
        max_length=64,
        blank=True,
        validators=[RegexValidator(r"^[0-9a-f]{64}$", _("64 hexadecimal digits, please."))],
        help_text=_("Over all its safetensors files. A worker refuses other weights."),
    )
    tool = models.CharField(
        _("picture tool"),
        max_length=20,
        blank=True,
        default="",
        db_default="",
        choices=[(kind.value, kind.value.replace("_", " ")) for kind in contract.TOOLS],
        help_text=_("What it does to a picture, without words; empty for an image model."),
    )
    controls: "models.JSONField[list[str], list[str]]" = models.JSONField(
        _("controls"),
        blank=True,
        default=list,
        db_default=models.Value([], models.JSONField()),
        help_text=_("What its composition can be led by: “lines”, “depth”."),
    )
    makes_from_words = models.BooleanField(_("makes pictures from words"), default=True, db_default=True)
    makes_from_pictures = models.BooleanField(_("makes pictures from pictures"), default=True, db_default=True)
    licence = models.CharField(
        _("licence"), max_length=80, blank=True, default="", db_default="", help_text=_("Its name, best by SPDX.")
    )
    licence_url = models.CharField(
        _("text of the licence"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        validators=[URLValidator(schemes=["https", "http"])],
        help_text=_("Its address."),
    )
    commercial_use = models.CharField(
        _("commercial use of its pictures"),
        max_length=12,
        choices=CommercialUse,
        default=CommercialUse.UNKNOWN,
        db_default=CommercialUse.UNKNOWN.value,
    )
    commercial_terms = models.TextField(
        _("conditions of commercial use"), max_length=2000, blank=True, default="", db_default=""
    )
    memory_mib = models.PositiveIntegerField(
        _("memory"), null=True, blank=True, help_text=_("MiB that it takes when loaded; the workers report it.")
    )
    quality = models.PositiveSmallIntegerField(
        _("quality"),
        default=50,
        db_default=50,
        validators=[MaxValueValidator(100)],
        help_text=_("0 to 100, by your own comparison; “best” takes the largest."),
    )
    default_side = models.PositiveIntegerField(_("usual side"), default=256, help_text=_("Pixels."))
    largest_side = models.PositiveIntegerField(_("largest side"), default=512, help_text=_("Pixels."))
    default_steps = models.PositiveSmallIntegerField(_("usual steps"), default=20)
    default_guidance = models.FloatField(_("usual guidance"), default=4.0)
    is_active = models.BooleanField(_("offered"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("image model")
        verbose_name_plural = _("image models")
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="one_model_per_name_and_version")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    def makes(self, kind: str) -> bool:
        """Whether it does ``kind`` (contract.Kind)."""
        if self.tool or contract.Kind(kind).is_tool:
            return self.tool == kind
        return self.makes_from_pictures if contract.Kind(kind).needs_input else self.makes_from_words

    def clean(self) -> None:
        """Raises ValidationError, with a message for each field that is at fault."""
        faults: dict[str, Any] = {}
        if self.source == self.Source.HUB:
            if not _HUB_NAME.match(self.name):
                faults["name"] = _("A hub's model is named owner/name.")
            if not _COMMIT.match(self.version):
                faults["version"] = _("Name the commit by its 40 hexadecimal digits: a branch can change its weights.")
            if not self.weights_sha256:
                faults["weights_sha256"] = _("A hub's weights are used only with their SHA-256.")
        elif not _FOLDER_NAME.match(self.name):
            faults["name"] = _("A folder's name: letters, digits, point, hyphen and underscore.")
        if not (self.tool or self.makes_from_words or self.makes_from_pictures):
            faults["makes_from_words"] = _("A model that makes nothing cannot be used.")
        if not set(self.controls or []) <= {kind.part for kind in contract.ControlKind}:
            faults["controls"] = _("A list of “lines”, “depth” or both.")
        if self.commercial_use == self.CommercialUse.CONDITIONS and not self.commercial_terms.strip():
            faults["commercial_terms"] = _("Say what the conditions are.")
        if self.commercial_use != self.CommercialUse.UNKNOWN and not self.licence.strip():
            faults["licence"] = _("Name the licence that says so.")
        if self.is_active and self.commercial_use == self.CommercialUse.FORBIDDEN:
            faults["is_active"] = _("Pictures are sold here: a model whose licence forbids that cannot be offered.")
        for side in ("default_side", "largest_side"):
            if getattr(self, side) % contract.SIDE_MULTIPLE or getattr(self, side) > contract.LARGEST_SIDE:
                faults[side] = _("A multiple of %(step)d, at most %(most)d.") % {
                    "step": contract.SIDE_MULTIPLE,
                    "most": contract.LARGEST_SIDE,
                }
        if "default_side" not in faults and self.default_side > self.largest_side:
            faults["default_side"] = _("Not larger than the largest side.")
        if not 1 <= self.default_steps <= contract.MOST_STEPS:
            faults["default_steps"] = _("1 to %(most)d.") % {"most": contract.MOST_STEPS}
        if faults:
            raise ValidationError(faults)
