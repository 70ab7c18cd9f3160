"""What steering refuses, and saved works."""

from uuid import uuid4

import pytest

from marketplace.catalog.errors import WorkNotFound
from marketplace.catalog.models import Tag
from marketplace.catalog.services import define_tag, hide_work
from recommendations.errors import MuteNotPossible, SettingsUnusable, TooFewPicks, TooManyMutes
from recommendations.models import Event, FeedSettings, HiddenWork, Mute, Save, TastePick
from recommendations.selectors import hidden_works_of, is_saved, mutes_of, saved_works
from recommendations.services import (
    MuteTarget,
    hide_for,
    mute,
    pick_tastes,
    save_work,
    set_sliders,
    unsave_work,
)
from recommendations.services.steering import MOST_MUTES
from recommendations.viewers import Viewer, viewer_of
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.catalog import WorkFactory

pytestmark = pytest.mark.django_db
HER = Viewer("s:her")


def test_what_cannot_be_muted_is_refused_and_changes_nothing():
    artist = ArtistFactory()
    tag = define_tag(slug="sea", labels={"en": ["sea"]})
    wrong = [
        MuteTarget(),
        MuteTarget(artist_id=uuid4()),
        MuteTarget(tag_id=uuid4()),
        MuteTarget(medium="stone"),
        MuteTarget(artist_id=artist.pk, tag_id=tag.pk),
    ]
    for target in wrong:
        with pytest.raises(MuteNotPossible):
            mute(target=target, viewer=HER)
    with pytest.raises(MuteNotPossible):
        mute(target=MuteTarget(artist_id=artist.pk), viewer=viewer_of(user=artist.user))
    assert not Mute.objects.exists()


def test_mutes_are_bounded():
    artists = ArtistFactory.create_batch(2)
    filler = [Mute(viewer=HER.key, tag=Tag.objects.create(slug=f"t{n}")) for n in range(MOST_MUTES - 1)]
    Mute.objects.bulk_create(filler)
    mute(target=MuteTarget(artist_id=artists[0].pk), viewer=HER)
    with pytest.raises(TooManyMutes):
        mute(target=MuteTarget(artist_id=artists[1].pk), viewer=HER)
    assert mute(target=MuteTarget(artist_id=artists[0].pk), viewer=HER)
    assert Mute.objects.filter(viewer=HER.key).count() == MOST_MUTES
    assert mute(target=MuteTarget(artist_id=artists[1].pk), viewer=Viewer("s:other"))


def test_the_lists_are_ones_own():
    work, artist = WorkFactory(), ArtistFactory()
    hide_for(work_id=work.pk, viewer=HER)
    mute(target=MuteTarget(artist_id=artist.pk), viewer=HER)
    assert hidden_works_of(HER) == [work.pk]
    assert [entry.artist for entry in mutes_of(HER)] == [artist]
    for stranger in (Viewer("s:other"), None):
        assert hidden_works_of(stranger) == []
        assert mutes_of(stranger) == []


def test_a_work_that_is_not_in_the_shop_cannot_be_hidden():
    work = WorkFactory()
    hide_work(work=work)
    with pytest.raises(WorkNotFound):
        hide_for(work_id=work.pk, viewer=HER)
    assert not HiddenWork.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize(("novelty", "diversity"), [(-1, 0), (0, -1), (101, 0), (0, 101)])
def test_sliders_end(novelty, diversity):
    with pytest.raises(SettingsUnusable):
        set_sliders(viewer=HER, novelty=novelty, diversity=diversity, is_personal=True)
    assert not FeedSettings.objects.exists()


def test_three_picks_at_least_and_a_new_choice_takes_the_place_of_the_old():
    tags = [Tag.objects.create(slug=f"t{n}") for n in range(5)]
    with pytest.raises(TooFewPicks):
        pick_tastes(viewer=HER, tag_ids=[tags[0].pk, tags[1].pk, uuid4()])
    assert not TastePick.objects.exists()
    assert pick_tastes(viewer=HER, tag_ids=[tag.pk for tag in tags[:3]]) == 3
    assert pick_tastes(viewer=HER, tag_ids=[tag.pk for tag in tags[1:]]) == 4
    assert set(TastePick.objects.values_list("tag", flat=True)) == {tag.pk for tag in tags[1:]}


def test_saving_and_taking_out():
    user, first, second = UserFactory(), WorkFactory(), WorkFactory()
    viewer = viewer_of(user=user)
    assert [save_work(work_id=first.pk, user=user), save_work(work_id=first.pk, user=user)] == [True, False]
    assert save_work(work_id=second.pk, user=user)
    assert saved_works(viewer=viewer, limit=9) == ([second.pk, first.pk], 2)
    assert saved_works(viewer=viewer, limit=1, offset=1) == ([first.pk], 2)
    assert saved_works(viewer=viewer_of(user=UserFactory()), limit=9) == ([], 0)
    hide_work(work=second)
    assert saved_works(viewer=viewer, limit=9) == ([first.pk], 1)
    assert [unsave_work(work_id=w.pk, user=user) for w in (first, second, second)] == [True, True, False]
    assert not is_saved(work_id=first.pk, viewer_key=viewer.key)
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["saved", "saved", "unsaved", "unsaved"]


def test_a_work_that_is_not_in_the_shop_cannot_be_saved():
    work = WorkFactory()
    hide_work(work=work)
    with pytest.raises(WorkNotFound):
        save_work(work_id=work.pk, user=UserFactory())
    assert not Save.objects.exists()
