"""Which method mends which kind: the learned one where it won a measured run, else the best library's.

The shipped card (`atelier-restore-1/atelier.json`, key "methods") holds what `manage.py evaluate_restoration --choose`
measured; kinds that it does not name, and every kind where a network's weights are missing, get the library's method.
"""

from pathlib import Path

from generation.engine.picture_tools.restoring.kinds import DamageKind
from generation.engine.picture_tools.restoring.learned_methods import PART_OF_KIND
from generation.engine.picture_tools.restoring.library_methods import LIBRARY_METHODS
from generation.engine.picture_tools.weights import SHIPPED, WeightsUnreadable, has_part, read_tool_card

FOLDER = SHIPPED / "atelier-restore-1"
LEARNED = "learned"
# Where the card names none: the best of the libraries in a first run on one small painting.
UNMEASURED: dict[DamageKind, str] = {
    DamageKind.SCRATCHES: "opencv-navier-stokes",
    DamageKind.TEARS: "opencv-navier-stokes",
    DamageKind.FOLDS: "opencv-telea",
    DamageKind.FOXING: "opencv-navier-stokes",
    DamageKind.STAINS: "opencv-telea",
    DamageKind.FADING: "opencv-clahe",
    DamageKind.VARNISH: "skimage-stretch",
    DamageKind.NOISE: "skimage-nlm",
}


def chosen_method(kind: DamageKind, folder: Path = FOLDER) -> str:
    """LEARNED or a name from LIBRARY_METHODS[kind]. Raises WeightsUnreadable where the card names neither."""
    name = read_tool_card(folder).get("methods", {}).get(kind.value, UNMEASURED[kind])
    if name == LEARNED:
        return LEARNED if has_part(folder, PART_OF_KIND[kind]) else UNMEASURED[kind]
    if name not in LIBRARY_METHODS[kind]:
        raise WeightsUnreadable(f"{folder}: {name!r} is no method against {kind.value}")
    return str(name)
