"""How much of a work people made, in classes: no one can measure it in percent, but how a file came to be is signed.

The classes come from the provenance record that publishing writes and signs for each version
(``marketplace.provenance.models.ProvenanceRecord.source``), so they need no store of their own and are never late.
"""

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from marketplace.catalog.models import WorkVersion
from marketplace.provenance.models import ProvenanceRecord

Source = ProvenanceRecord.Source


class Origin(models.TextChoices):
    """The more of it people made, the earlier."""

    OWN = "own", _("The artist’s own picture")
    EDITED = "edited", _("A picture reworked with AI")
    GENERATED = "generated", _("Generated from words")


SOURCES: dict[str, tuple[str, ...]] = {
    Origin.OWN: (Source.UPLOADED,),
    Origin.EDITED: (Source.IMAGE_TO_IMAGE, Source.PICTURE_TOOL),
    Origin.GENERATED: (Source.GENERATED,),
}


def versions_of(origin: str) -> QuerySet[WorkVersion]:
    """The current versions that came to be so; none for an unknown origin."""
    return WorkVersion.objects.filter(is_current=True, provenance__source__in=SOURCES.get(origin, ()))
