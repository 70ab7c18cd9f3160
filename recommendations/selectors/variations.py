"""Like this, but bluer; composed like this: works near a picture or a work in some ways and not in others."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.db.models import QuerySet
from PIL import Image

from marketplace.catalog.audiences import STRANGER, Access
from marketplace.catalog.models import Work
from recommendations.composition import composition_facts
from recommendations.encoders import Space, encoder_for, present_spaces
from recommendations.palette import amount, moved, palette_of
from recommendations.ranking import fused_by_ranks, ranks_by_score
from recommendations.selectors.filters import new_to
from recommendations.selectors.neighbours import Vectors, nearest_works, similarities_to, vectors_of
from recommendations.selectors.steering import wanted
from recommendations.steering import UNSTEERED, Steering
from recommendations.viewers import Viewer

CANDIDATES = 120
# A change that nobody sees is none, in OKLab's unit.
LEAST_CHANGE = 0.02


@dataclass(frozen=True, slots=True)
class _Model:
    """What works are to be like: a vector by space, and how much each counts."""

    vectors: dict[str, Vectors]
    weights: dict[str, float]


def works_like_but(
    *,
    work: Work,
    change: str,
    limit: int,
    viewer: Viewer | None = None,
    access: Access = STRANGER,
    steering: Steering = UNSTEERED,
) -> list[UUID]:
    """Listed works that ``access`` opens, like ``work`` but ``change`` (a key of palette.CHANGES): each of them is.

    Not the viewer's own, nor what she holds a licence in, hid or muted (``steering``). Empty where the work's palette
    is not measured.
    """
    own = {space: vectors_of(works=[work.pk], space=space).get(work.pk) for space in (*present_spaces(), Space.PALETTE)}
    palette = own.pop(Space.PALETTE)
    if palette is None:
        return []
    vectors = {space: vector for space, vector in own.items() if vector is not None}
    likeness = _Model(vectors | {Space.PALETTE: moved(palette, change)}, {Space.PALETTE: max(1.0, len(vectors))})
    shown = wanted(new_to(Work.objects.listed().open_to(access), viewer), steering)
    ranked = [key for key in _ranked(likeness, shown) if key != work.pk]
    return _changed(ranked, palette, change)[:limit]


def works_composed_like(
    *,
    work: Work,
    limit: int,
    change: str = "",
    viewer: Viewer | None = None,
    access: Access = STRANGER,
    steering: Steering = UNSTEERED,
) -> list[UUID]:
    """Listed works that ``access`` opens, with light and detail where ``work`` has them, whatever they show.

    With a ``change`` (a key of palette.CHANGES) those that are bluer, redder, ... than it. Not the viewer's own, nor
    what she holds a licence in, hid or muted (``steering``). Empty where the work is not measured.
    """
    own = vectors_of(works=[work.pk], space=Space.COMPOSITION).get(work.pk)
    if own is None:
        return []
    works = wanted(new_to(Work.objects.listed().open_to(access), viewer), steering).exclude(pk=work.pk)
    near = nearest_works(space=Space.COMPOSITION, vector=own, works=works, limit=CANDIDATES)
    floor = composition_facts().similarity_floor
    found = [neighbour.work_id for neighbour in near if neighbour.similarity >= floor]
    if change:
        palette = vectors_of(works=[work.pk], space=Space.PALETTE).get(work.pk)
        found = [] if palette is None else _changed(found, palette, change)
    return found[:limit]


def _changed(works: list[UUID], palette: Vectors, change: str) -> list[UUID]:
    """Those of ``works`` that are bluer (redder, ...) than ``palette``, in their order."""
    palettes = vectors_of(works=works, space=Space.PALETTE)
    known = [key for key in works if key in palettes]
    if not known:
        return []
    amounts = amount(np.stack([palettes[key] for key in known]), change)
    least = float(amount(palette[None, :], change)[0]) + LEAST_CHANGE
    return [key for key, much in zip(known, amounts, strict=True) if much >= least]


def works_like_picture(*, picture: Image.Image, limit: int, access: Access = STRANGER) -> list[UUID]:
    """Listed works that ``access`` opens, nearest to a picture in what it shows and, less, in its colours."""
    vectors: dict[str, Vectors] = {Space.PALETTE: palette_of(picture)}
    if Space.PICTURE in present_spaces():
        vectors[Space.PICTURE] = encoder_for(Space.PICTURE).encode_pictures([picture])[0]
    return _ranked(_Model(vectors, {Space.PICTURE: 2.0}), Work.objects.listed().open_to(access))[:limit]


def _ranked(likeness: _Model, works: QuerySet[Work]) -> list[UUID]:
    """The nearest of ``works`` in each space, ranked by all of them."""
    found: dict[UUID, None] = {}
    for space, vector in likeness.vectors.items():
        near = nearest_works(space=space, vector=vector, works=works, limit=CANDIDATES)
        found |= dict.fromkeys(neighbour.work_id for neighbour in near)
    rankings = [
        ranks_by_score(similarities_to(space=space, vector=vector, works=list(found)))
        for space, vector in likeness.vectors.items()
    ]
    scores = fused_by_ranks(rankings, [likeness.weights.get(space, 1.0) for space in likeness.vectors])
    return sorted(scores, key=lambda key: (scores[key], key), reverse=True)
