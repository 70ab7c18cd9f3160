"""Two tabs at once: real processes, real transactions."""

from uuid import UUID

import pytest

from marketplace.catalog.models import Tag
from recommendations.models import CountingSalt, Event, FeedSettings, HiddenWork, Mute, TastePick, WorkImpressions
from recommendations.selectors import steering_of
from recommendations.services import (
    MuteTarget,
    count_impressions,
    hide_for,
    mute,
    opt_out,
    pick_tastes,
    record_event,
    set_consent,
    show_again,
    sweep_refused,
)
from recommendations.services.steering import MOST_MUTES
from recommendations.viewers import Consent, Viewer, passer_by
from tests.billing.processes import at_once
from tests.factories.accounts import ArtistFactory
from tests.factories.catalog import WorkFactory

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "s:two-tabs"
HERE = "tests.recommendations.test_steering_races"


def hide_or_show(n: int, work_id: str) -> None:
    act = hide_for if n % 2 else show_again
    act(work_id=UUID(work_id), viewer=Viewer(KEY))


def hide(n: int, work_id: str) -> None:
    hide_for(work_id=UUID(work_id), viewer=Viewer(KEY))


def mute_one(n: int, artist_ids: list[str]) -> None:
    mute(target=MuteTarget(artist_id=UUID(artist_ids[n % len(artist_ids)])), viewer=Viewer(KEY))


def pick(n: int, tag_ids: list[str]) -> None:
    pick_tastes(viewer=Viewer(KEY), tag_ids=[UUID(key) for key in tag_ids[n % 3 : n % 3 + 3]])


def count(n: int, work_ids: list[str]) -> None:
    keys = [UUID(key) for key in work_ids]
    count_impressions(shown={"new": keys if n % 2 else keys[::-1]})


def look(n: int, work_id: str) -> None:
    passing = passer_by(address=f"192.0.2.{n}", user_agent="", consent=Consent.UNASKED)
    record_event(kind="viewed", work_id=UUID(work_id), viewer=passing)


def look_or_opt_out(n: int, work_ids: list[str]) -> None:
    if n == 0:
        opt_out(viewer=Viewer("p:her"))
        return
    record_event(kind="viewed", work_id=UUID(work_ids[n]), viewer=Viewer("p:her"))


def test_hiding_in_many_tabs_is_one_hiding_and_one_event():
    work = WorkFactory()
    codes = at_once(f"{HERE}:hide", {"work_id": str(work.pk)}, processes=2, threads=4)
    assert codes == ["ok"] * 8
    assert HiddenWork.objects.count() == Event.objects.count() == 1


def test_hiding_and_undoing_at_once_leaves_events_that_tell_the_state():
    work = WorkFactory()
    codes = at_once(f"{HERE}:hide_or_show", {"work_id": str(work.pk)}, processes=2, threads=4)
    assert codes == ["ok"] * 8
    kinds = list(Event.objects.values_list("kind", flat=True))
    assert kinds.count("hidden") - kinds.count("unhidden") == HiddenWork.objects.count()
    assert kinds.count("hidden") >= 1


def test_mutes_at_once_are_one_each_and_never_more_than_allowed():
    artists = ArtistFactory.create_batch(4)
    Mute.objects.bulk_create(Mute(viewer=KEY, tag=Tag.objects.create(slug=f"t{n}")) for n in range(MOST_MUTES - 2))
    codes = at_once(f"{HERE}:mute_one", {"artist_ids": [str(artist.pk) for artist in artists]}, processes=2, threads=4)
    assert sorted(codes) == ["ok"] * 4 + ["too_many_mutes"] * 4
    assert Mute.objects.filter(viewer=KEY).count() == MOST_MUTES
    assert FeedSettings.objects.count() == 1


def test_choices_at_once_end_as_one_of_them():
    tags = [Tag.objects.create(slug=f"t{n}") for n in range(5)]
    codes = at_once(f"{HERE}:pick", {"tag_ids": [str(tag.pk) for tag in tags]}, processes=2, threads=3)
    assert codes == ["ok"] * 6
    left = set(steering_of(Viewer(KEY)).picked_tags)
    assert left in [{tag.pk for tag in tags[n : n + 3]} for n in range(3)]
    assert TastePick.objects.count() == 3


def test_impressions_counted_at_once_in_any_order_are_all_counted():
    works = [WorkFactory() for _n in range(20)]
    codes = at_once(f"{HERE}:count", {"work_ids": [str(work.pk) for work in works]}, processes=2, threads=4)
    assert codes == ["ok"] * 8
    assert set(WorkImpressions.objects.values_list("shown", flat=True)) == {8}
    assert WorkImpressions.objects.count() == 20


def test_the_first_looks_of_a_day_share_one_salt():
    work = WorkFactory()
    codes = at_once(f"{HERE}:look", {"work_id": str(work.pk)}, processes=2, threads=4)
    assert codes == ["ok"] * 8
    assert CountingSalt.objects.count() == 1
    assert Event.objects.count() == 8


def test_looks_while_she_opts_out_are_gone_after_the_sweep():
    set_consent(viewer=Viewer("p:her"), consent=Consent.GIVEN)
    works = [WorkFactory() for _n in range(8)]
    codes = at_once(f"{HERE}:look_or_opt_out", {"work_ids": [str(work.pk) for work in works]}, processes=2, threads=4)
    assert codes == ["ok"] * 8
    sweep_refused()
    assert not Event.objects.filter(viewer="p:her").exists()
