"""From one version of a space to another, and back, in one statement."""

import logging
from uuid import UUID

from django.db import transaction
from django.db.models import Case, CharField, DateTimeField, Exists, F, Q, Value, When

from marketplace.core.clock import now
from recommendations.errors import NoFormerVersion, SpaceNotWhole
from recommendations.models import EmbeddingSpace
from recommendations.selectors.versions import any_work_lacking, progress_of

log = logging.getLogger(__name__)


def switch_when_whole(*, version_id: UUID) -> bool:
    """Make a version that is being filled the present one, where every work has its vector; False where it waits.

    Of many calls at once one switches. The present version, filled because works lacked vectors, is only marked whole.
    """
    version = EmbeddingSpace.objects.live().exclude(filling_since=None).filter(pk=version_id).first()
    if version is None or any_work_lacking(version):
        return False
    _give_to(version, only_if_filling=True)
    return True


def switch_space_to(*, space: str, version: str) -> EmbeddingSpace:
    """Make a version of ``space`` the present one by hand. Raises SpaceNotWhole."""
    wanted = EmbeddingSpace.objects.live().filter(space=space, version=version).first()
    if wanted is None:
        raise SpaceNotWhole(f"{space} {version} is not registered.", way_out="Begin with `manage.py embeddings fill`.")
    if any_work_lacking(wanted):
        lacking = progress_of(wanted).lacking
        raise SpaceNotWhole(
            f"{wanted} lacks the vectors of {lacking} works.",
            way_out="Wait for the workers, or start more of them; `manage.py embeddings status` counts.",
        )
    _give_to(wanted)
    wanted.refresh_from_db()
    return wanted


@transaction.atomic
def switch_space_back(*, space: str) -> EmbeddingSpace:
    """Make the version that was left last the present one again, at once: works that it lacks are filled afterwards.

    Raises NoFormerVersion where none is kept.
    """
    former = (
        EmbeddingSpace.objects.select_for_update(no_key=True)
        .filter(space=space, retired_at__isnull=False, dropped_at=None)
        .order_by("-retired_at")
        .first()
    )
    if former is None:
        raise NoFormerVersion(
            f"No former version of {space} is kept.", way_out="Fill another one: `manage.py embeddings fill`."
        )
    _give_to(former)
    if any_work_lacking(former):
        EmbeddingSpace.objects.filter(pk=former.pk).update(filling_since=now())
    former.refresh_from_db()
    return former


def _give_to(version: EmbeddingSpace, *, only_if_filling: bool = False) -> None:
    """One statement takes the place from the present version and gives it to ``version``."""
    moment = now()
    is_new = Q(pk=version.pk)
    rows = EmbeddingSpace.objects.filter(Q(present_in=version.space) | is_new, space=version.space, dropped_at=None)
    # Without the new row, which was dropped or switched already, the former one must keep its place.
    still_there = EmbeddingSpace.objects.filter(pk=version.pk, dropped_at=None)
    if only_if_filling:
        still_there = still_there.exclude(filling_since=None)
    changed = rows.filter(Exists(still_there)).update(
        present_in=Case(When(is_new, then=F("space")), default=Value(None), output_field=CharField()),
        retired_at=Case(When(is_new, then=Value(None)), default=Value(moment), output_field=DateTimeField()),
        filling_since=Case(When(is_new, then=Value(None)), default=F("filling_since"), output_field=DateTimeField()),
        whole_at=Case(When(is_new, then=Value(moment)), default=F("whole_at"), output_field=DateTimeField()),
    )
    if changed:
        log.info("%s is the present version", version)
