"""Writes on how a viewer steers her feeds. Every one can be taken back, and may be sent twice."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import Artist
from marketplace.catalog.errors import WorkNotFound
from marketplace.catalog.models import Tag, Work
from marketplace.core.clock import now
from recommendations.errors import MuteNotPossible, SettingsUnusable, TooFewPicks, TooManyMutes
from recommendations.models import Event, FeedSettings, HiddenWork, Mute, TastePick
from recommendations.services.marks import set_mark, take_mark_back
from recommendations.viewers import Consent, Viewer

MOST_MUTES = 200
MOST_PICKS = 24
FEWEST_PICKS = 3


@transaction.atomic
def hide_for(*, work_id: UUID, viewer: Viewer) -> bool:
    """Never show the work to ``viewer`` again, and less of what is like it; False where it is hidden already.

    Raises WorkNotFound.
    """
    if not Work.objects.reachable().filter(pk=work_id).exists():
        raise WorkNotFound
    return set_mark(HiddenWork, work_id=work_id, viewer=viewer, kind=Event.Kind.HIDDEN)


@transaction.atomic
def show_again(*, work_id: UUID, viewer: Viewer) -> bool:
    """Take hiding back; False where the viewer did not hide it."""
    return take_mark_back(HiddenWork, work_id=work_id, viewer=viewer, kind=Event.Kind.UNHIDDEN)


@dataclass(frozen=True, slots=True)
class MuteTarget:
    """What is muted: exactly one of an artist, a medium and a tag."""

    artist_id: UUID | None = None
    medium: str = ""
    tag_id: UUID | None = None


@transaction.atomic
def mute(*, target: MuteTarget, viewer: Viewer) -> UUID:
    """Show ``viewer`` nothing of the target; answers the mute's id, the same where it is muted already.

    Raises MuteNotPossible where the target is none, or herself, and TooManyMutes.
    """
    _check(target, viewer)
    # Settings are the row on which a viewer's mutes wait for each other, so that their number holds.
    FeedSettings.objects.get_or_create(pk=viewer.key)
    FeedSettings.objects.select_for_update(no_key=True).get(pk=viewer.key)
    wanted = {"artist_id": target.artist_id, "medium": target.medium, "tag_id": target.tag_id}
    present = Mute.objects.filter(viewer=viewer.key, **wanted).first()
    if present is not None:
        return present.pk
    if Mute.objects.filter(viewer=viewer.key).count() >= MOST_MUTES:
        raise TooManyMutes(way_out=_("Take one of them back first."))
    return Mute.objects.create(viewer=viewer.key, **wanted).pk


def _check(target: MuteTarget, viewer: Viewer) -> None:
    given = [part for part in (target.artist_id, target.medium, target.tag_id) if part]
    way_out = _("Choose an artist, a medium or a tag.")
    if len(given) != 1:
        raise MuteNotPossible(way_out=way_out)
    if target.artist_id:
        owner = Artist.objects.filter(pk=target.artist_id).values_list("user_id", flat=True).first()
        if owner is None or owner == viewer.user_id:
            raise MuteNotPossible(way_out=_("Choose another artist."))
    if target.tag_id and not Tag.objects.filter(pk=target.tag_id).exists():
        raise MuteNotPossible(way_out=way_out)
    if target.medium and target.medium not in Work.Medium.values:
        raise MuteNotPossible(way_out=way_out)


def unmute(*, mute_id: UUID, viewer: Viewer) -> bool:
    """Take a mute of ``viewer``'s own back; False where she has none of this id."""
    return bool(Mute.objects.filter(pk=mute_id, viewer=viewer.key).delete()[0])


def set_sliders(*, viewer: Viewer, novelty: int, diversity: int, is_personal: bool) -> None:
    """Keep how new, how diverse and whether personal the feed is. Raises SettingsUnusable beyond 0 to 100."""
    if not (0 <= novelty <= 100 and 0 <= diversity <= 100):
        raise SettingsUnusable(way_out=_("Choose a number from 0 to 100."))
    FeedSettings.objects.update_or_create(
        pk=viewer.key,
        defaults={"novelty": novelty, "diversity": diversity, "is_personal": is_personal, "changed_at": now()},
    )


@transaction.atomic
def pick_tastes(*, viewer: Viewer, tag_ids: Collection[UUID], at_least: int = FEWEST_PICKS) -> int:
    """Keep what the viewer says that she likes, in place of what she said before; answers how many tags there are.

    Raises TooFewPicks where fewer than ``at_least`` are tags of the shop.
    """
    chosen = list(Tag.objects.filter(pk__in=list(tag_ids)[:MOST_PICKS]).values_list("pk", flat=True))
    if len(chosen) < at_least:
        raise TooFewPicks(way_out=_("Choose at least %(number)d.") % {"number": at_least})
    FeedSettings.objects.get_or_create(pk=viewer.key)
    FeedSettings.objects.select_for_update(no_key=True).get(pk=viewer.key)
    TastePick.objects.filter(viewer=viewer.key).delete()
    TastePick.objects.bulk_create(TastePick(viewer=viewer.key, tag_id=key) for key in chosen)
    return len(chosen)


@transaction.atomic
def reset_taste(*, viewer: Viewer) -> None:
    """From this moment on the viewer's taste begins anew: no event before it counts, and no picked tag.

    What she hid and muted stays: those are wishes, not taste.
    """
    FeedSettings.objects.update_or_create(pk=viewer.key, defaults={"taste_since": now(), "changed_at": now()})
    TastePick.objects.filter(viewer=viewer.key).delete()


def set_consent(*, viewer: Viewer, consent: Consent) -> None:
    """Keep a person's answer. ``services.forgetting.opt_out`` also deletes."""
    FeedSettings.objects.update_or_create(pk=viewer.key, defaults={"consent": consent, "changed_at": now()})


@transaction.atomic
def adopt_steering(*, session: Viewer, person: Viewer) -> None:
    """What a stranger chose goes with her when she signs in, as far as the person has not chosen herself."""
    hidden = HiddenWork.objects.filter(viewer=session.key).values_list("work_id", flat=True)
    HiddenWork.objects.bulk_create(
        (HiddenWork(viewer=person.key, work_id=key) for key in hidden), ignore_conflicts=True
    )
    if not TastePick.objects.filter(viewer=person.key).exists():
        picks = TastePick.objects.filter(viewer=session.key).values_list("tag_id", flat=True)
        TastePick.objects.bulk_create(
            (TastePick(viewer=person.key, tag_id=key) for key in picks), ignore_conflicts=True
        )
    # She may have muted herself before the shop knew who she was.
    mutes = Mute.objects.filter(viewer=session.key).exclude(artist__user=person.user_id).order_by("pk")
    room = max(0, MOST_MUTES - Mute.objects.filter(viewer=person.key).count())
    Mute.objects.bulk_create(
        (Mute(viewer=person.key, artist_id=m.artist_id, medium=m.medium, tag_id=m.tag_id) for m in mutes[:room]),
        ignore_conflicts=True,
    )
    settings = FeedSettings.objects.filter(pk=session.key).first()
    if settings is not None and not FeedSettings.objects.filter(pk=person.key).exists():
        set_sliders(
            viewer=person,
            novelty=settings.novelty,
            diversity=settings.diversity,
            is_personal=settings.is_personal,
        )
    elif settings is not None and not settings.is_personal:
        # A no to personal feeds holds, whatever else the person had set.
        FeedSettings.objects.filter(pk=person.key).update(is_personal=False, changed_at=now())
    delete_steering(viewer_key=session.key)


def delete_steering(*, viewer_key: str) -> None:
    """All that a viewer set, hid, muted and picked."""
    for model in (TastePick, HiddenWork, Mute, FeedSettings):
        model.objects.filter(viewer=viewer_key).delete()
