"""Feeds and shelves as a viewer wants them: hidden, muted, picked, reset, without personal data."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.catalog.models import Tag, Work
from marketplace.core.clock import now
from recommendations.models import Event, FeedSettings, HiddenWork, Mute, TastePick
from recommendations.selectors import (
    home_feed,
    newest_works,
    popular_works,
    similar_works,
    steering_of,
    tags_to_pick,
)
from recommendations.services import (
    MuteTarget,
    adopt_steering,
    hide_for,
    like_work,
    mute,
    pick_tastes,
    record_event,
    refresh_popularity,
    reset_taste,
    set_sliders,
    show_again,
    unmute,
)
from recommendations.viewers import Viewer, viewer_of
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_space import COLOURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]


@pytest.fixture
def shop() -> dict[str, list[Work]]:
    """Three works of each colour, each colour by one artist and with one tag."""
    made = {}
    for name, colour in COLOURS.items():
        artist = ArtistFactory()
        made[name] = [
            indexed_work(
                title=f"{name} {n}",
                artist=artist,
                tags=(f"tag {name}",),
                colour=tuple(max(0, c - 6 * n) for c in colour),
            )
            for n in range(3)
        ]
    return made


@pytest.fixture
def her(shop) -> Viewer:
    """Somebody who liked a sunset."""
    user = UserFactory()
    like_work(work_id=shop["sunset"][0].pk, user=user)
    return viewer_of(user=user)


def lists_for(viewer: Viewer, beside: Work) -> dict[str, list]:
    wishes = steering_of(viewer)
    return {
        "home": [entry.work_id for entry in home_feed(viewer=viewer, limit=30)],
        "similar": similar_works(work=beside, limit=30, viewer=viewer, steering=wishes),
        "popular": popular_works(limit=30, steering=wishes),
        "newest": newest_works(limit=30, steering=wishes),
    }


def nowhere(work: Work, viewer: Viewer, beside: Work) -> bool:
    return not any(work.pk in shown for shown in lists_for(viewer, beside).values())


def everywhere(work: Work, viewer: Viewer, beside: Work) -> bool:
    return all(work.pk in shown for shown in lists_for(viewer, beside).values())


def test_a_hidden_work_is_nowhere_for_her_and_everywhere_for_others_and_again_after_undo(shop, her):
    beside, hidden = shop["sunset"][1:]
    assert everywhere(hidden, her, beside)
    assert [hide_for(work_id=hidden.pk, viewer=her), hide_for(work_id=hidden.pk, viewer=her)] == [True, False]
    assert nowhere(hidden, her, beside)
    assert everywhere(hidden, Viewer("s:other"), beside)
    assert not show_again(work_id=hidden.pk, viewer=Viewer("s:other"))
    assert nowhere(hidden, her, beside)
    assert [show_again(work_id=hidden.pk, viewer=her), show_again(work_id=hidden.pk, viewer=her)] == [True, False]
    assert everywhere(hidden, her, beside)
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == ["liked", "hidden", "unhidden"]


def test_the_feed_moves_away_from_what_is_hidden(shop, her):
    like_work_of(her, shop["sea"][0])
    before = [entry.work_id for entry in home_feed(viewer=her, limit=4)]
    hide_for(work_id=shop["sunset"][1].pk, viewer=her)
    after = [entry.work_id for entry in home_feed(viewer=her, limit=4)]
    sunset, sea = shop["sunset"][2].pk, shop["sea"][1].pk
    assert before.index(sunset) < 4
    assert sunset not in after or after.index(sunset) > after.index(sea)


def like_work_of(viewer: Viewer, work: Work) -> None:
    record_event(kind="liked", work_id=work.pk, viewer=viewer, once_key=str(work.pk))


@pytest.mark.parametrize("what", ["artist", "tag", "medium"])
def test_what_is_muted_is_nowhere_until_it_is_taken_back(shop, her, what):
    Work.objects.filter(pk=shop["sea"][0].pk).update(medium="music")
    muted, beside = shop["sea"][0], shop["sea"][1]
    target = {
        "artist": MuteTarget(artist_id=muted.artist_id),
        "tag": MuteTarget(tag_id=Tag.objects.get(works=muted).pk),
        "medium": MuteTarget(medium="music"),
    }[what]
    mute_id = mute(target=target, viewer=her)
    assert mute(target=target, viewer=her) == mute_id
    assert nowhere(muted, her, beside)
    assert everywhere(muted, Viewer("s:other"), beside)
    assert not unmute(mute_id=mute_id, viewer=Viewer("s:other"))
    assert Mute.objects.count() == 1
    assert unmute(mute_id=mute_id, viewer=her)
    assert everywhere(muted, her, beside)


def test_leaning_to_the_new_brings_artists_that_she_does_not_know(shop, her):
    def unknown(novelty: int) -> int:
        set_sliders(viewer=her, novelty=novelty, diversity=30, is_personal=True)
        feed = home_feed(viewer=her, limit=4)
        works = Work.objects.filter(pk__in=[entry.work_id for entry in feed])
        return works.exclude(artist=shop["sunset"][0].artist).count()

    assert unknown(0) < unknown(100)


def test_diversity_spreads_the_feed(shop, her):
    for n in range(3):
        indexed_work(title=f"More {n}", colour=COLOURS["sunset"])

    def colours(diversity: int) -> int:
        set_sliders(viewer=her, novelty=50, diversity=diversity, is_personal=True)
        feed = {entry.work_id for entry in home_feed(viewer=her, limit=4)}
        return sum(bool(feed & {work.pk for work in works}) for name, works in shop.items() if name != "sunset")

    assert colours(0) < colours(100)


def test_without_personal_data_she_is_shown_what_a_stranger_is(shop, her):
    refresh_popularity()
    set_sliders(viewer=her, novelty=100, diversity=90, is_personal=False)
    assert home_feed(viewer=her, limit=9) == home_feed(viewer=None, limit=9)
    hide_for(work_id=shop["sea"][0].pk, viewer=her)
    assert shop["sea"][0].pk not in {entry.work_id for entry in home_feed(viewer=her, limit=30)}


def test_after_a_reset_nothing_before_counts_and_what_comes_after_does(shop, her):
    pick_tastes(viewer=her, tag_ids=list(Tag.objects.values_list("pk", flat=True)[:3]))
    hide_for(work_id=shop["sea"][2].pk, viewer=her)
    reset_taste(viewer=her)
    assert {entry.reason for entry in home_feed(viewer=her, limit=5)} <= {"popular", "new"}
    assert not TastePick.objects.exists()
    assert HiddenWork.objects.count() == 1
    later = now() + timedelta(seconds=1)
    record_event(kind="liked", work_id=shop["sea"][0].pk, viewer=her, once_key="later", happened_at=later)
    assert home_feed(viewer=her, limit=1)[0].because_of == shop["sea"][0].pk


def test_a_stranger_who_picked_tags_begins_with_them_and_takes_them_along(shop):
    stranger, user = Viewer("s:stranger"), UserFactory()
    tags = {name: Tag.objects.get(works=works[0]) for name, works in shop.items()}
    chosen = [tags[name].pk for name in ("sea", "forest")]
    pick_tastes(viewer=stranger, tag_ids=chosen, at_least=2)
    first = home_feed(viewer=stranger, limit=4)
    assert {entry.reason for entry in first} == {"picked"}
    assert {entry.of_tag for entry in first} == set(chosen)
    assert {entry.work_id for entry in first} <= {work.pk for name in ("sea", "forest") for work in shop[name]}
    mute(target=MuteTarget(medium="music"), viewer=stranger)
    hide_for(work_id=shop["sea"][0].pk, viewer=stranger)
    set_sliders(viewer=stranger, novelty=80, diversity=10, is_personal=True)
    adopt_steering(session=stranger, person=viewer_of(user=user))
    adopted = steering_of(viewer_of(user=user))
    assert set(adopted.picked_tags) == set(chosen)
    assert adopted.muted_media == ("music",)
    assert adopted.recently_hidden == (shop["sea"][0].pk,)
    assert adopted.novelty == 80
    for model in (TastePick, Mute, HiddenWork, FeedSettings):
        assert not model.objects.filter(viewer=stranger.key).exists()


def test_a_no_to_personal_feeds_is_adopted_and_a_mute_of_herself_is_not(shop):
    artist = shop["sea"][0].artist
    stranger, person = Viewer("s:x"), viewer_of(user=artist.user)
    mute(target=MuteTarget(artist_id=artist.pk), viewer=stranger)
    mute(target=MuteTarget(medium="music"), viewer=stranger)
    set_sliders(viewer=stranger, novelty=50, diversity=30, is_personal=False)
    mute(target=MuteTarget(medium="video"), viewer=person)
    adopt_steering(session=stranger, person=person)
    wishes = steering_of(person)
    assert set(wishes.muted_media) == {"music", "video"}
    assert wishes.muted_artists == ()
    assert not wishes.is_personal


def test_no_more_mutes_are_adopted_than_fit(shop, monkeypatch):
    stranger, person = Viewer("s:x"), viewer_of(user=UserFactory())
    for medium in ("music", "video", "text"):
        mute(target=MuteTarget(medium=medium), viewer=stranger)
    mute(target=MuteTarget(medium="animation"), viewer=person)
    monkeypatch.setattr("recommendations.services.steering.MOST_MUTES", 3)
    adopt_steering(session=stranger, person=person)
    assert Mute.objects.filter(viewer=person.key).count() == 3


def test_a_persons_own_choice_stays_when_a_session_is_adopted(shop, her):
    own, other = (Tag.objects.get(works=shop[name][0]).pk for name in ("sea", "forest"))
    pick_tastes(viewer=her, tag_ids=[own], at_least=1)
    set_sliders(viewer=her, novelty=10, diversity=10, is_personal=False)
    pick_tastes(viewer=Viewer("s:x"), tag_ids=[other], at_least=1)
    set_sliders(viewer=Viewer("s:x"), novelty=90, diversity=90, is_personal=True)
    adopt_steering(session=Viewer("s:x"), person=her)
    wishes = steering_of(her)
    assert (wishes.picked_tags, wishes.novelty, wishes.is_personal) == ((own,), 10, False)


def test_tags_to_pick_have_a_picture_each(shop):
    offered = tags_to_pick(Work.objects.listed())
    assert {tag for tag, _work in offered} == set(Tag.objects.values_list("pk", flat=True))
    for tag_id, work_id in offered:
        assert Work.objects.filter(pk=work_id, tags=tag_id).exists()
    assert len({work for _tag, work in offered}) == len(offered)


def test_the_number_of_queries_does_not_grow_with_wishes(shop, her):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            wishes = steering_of(her)
            home_feed(viewer=her, limit=3, steering=wishes)
            similar_works(work=shop["sunset"][0], limit=6, viewer=her, steering=wishes)
            popular_works(limit=6, steering=wishes)
        return len(captured)

    set_sliders(viewer=her, novelty=90, diversity=50, is_personal=True)
    hide_for(work_id=shop["sunset"][1].pk, viewer=her)
    mute(target=MuteTarget(artist_id=ArtistFactory().pk), viewer=her)
    few = queries()
    for work in shop["forest"]:
        hide_for(work_id=work.pk, viewer=her)
    for _n in range(9):
        mute(target=MuteTarget(artist_id=ArtistFactory().pk), viewer=her)
    mute(target=MuteTarget(medium="music"), viewer=her)
    assert queries() == few
