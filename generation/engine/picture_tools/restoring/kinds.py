"""The kinds of damage that the restorer knows."""

from enum import StrEnum


class DamageKind(StrEnum):
    """Local kinds lie on a part of the picture; global ones change all of it."""

    SCRATCHES = "scratches"
    TEARS = "tears"
    FOLDS = "folds"
    FOXING = "foxing"
    STAINS = "stains"
    FADING = "fading"
    VARNISH = "varnish"
    NOISE = "noise"


LOCAL_KINDS = (
    DamageKind.SCRATCHES,
    DamageKind.TEARS,
    DamageKind.FOLDS,
    DamageKind.FOXING,
    DamageKind.STAINS,
)
# In the order in which they are mended: grain first, while it is still the picture's own; then tone.
GLOBAL_KINDS = (DamageKind.NOISE, DamageKind.VARNISH, DamageKind.FADING)
