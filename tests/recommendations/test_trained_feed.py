"""A feed that trained models rank; and one whose models cannot be had."""

import pytest

from marketplace.accounts.models import Follow
from marketplace.blobs import private_store
from marketplace.catalog.models import Work
from marketplace.catalog.services import hide_work
from recommendations import feed_models
from recommendations.models import Embedding, RecommenderVersion, RelatedWorks
from recommendations.selectors import home_feed
from recommendations.services import hide_for, like_work, refresh_popularity, set_sliders
from recommendations.viewers import viewer_of
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_feed_model import present_version
from tests.recommendations.tiny_space import COLOURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, monkeypatch):
    """A machine that has no models yet."""
    kept = settings.CONFIGURATION.model_copy(update={"feed_models_dir": tmp_path / "kept"})
    settings.CONFIGURATION = kept
    monkeypatch.setattr(feed_models, "_paused_until", {})
    return tmp_path


@pytest.fixture
def shop() -> dict[str, list[Work]]:
    return {
        name: [indexed_work(title=f"Number {n}", colour=tuple(max(0, c - 6 * n) for c in colour)) for n in range(4)]
        for name, colour in COLOURS.items()
    }


@pytest.fixture
def her(shop):
    user = UserFactory()
    like_work(work_id=shop["sunset"][0].pk, user=user)
    # Variety is measured elsewhere; here the models' order is.
    set_sliders(viewer=viewer_of(user=user), novelty=50, diversity=0, is_personal=True)
    return user


def ids(user, limit=3):
    return [entry.work_id for entry in home_feed(viewer=viewer_of(user=user), limit=limit)]


def test_the_models_decide_the_order(shop, her, folder):
    favourite = shop["sea"][1]
    for _n in range(3):
        like_work(work_id=favourite.pk, user=UserFactory())
    refresh_popularity()
    sunsets = {work.pk for work in shop["sunset"][1:]}
    assert set(ids(her)) == sunsets
    present_version(folder, version="loves-popularity", popularity=1.0)
    assert ids(her)[0] == favourite.pk
    present_version(folder, version="loves-likeness", sequence=1.0)
    assert set(ids(her)) == sunsets


def test_her_wishes_hold_with_models_too(shop, her, folder):
    present_version(folder, version="loves-likeness", sequence=1.0)
    hidden, gone, stays = shop["sunset"][1:]
    assert {hidden.pk, gone.pk, stays.pk} == set(ids(her))
    hide_for(work_id=hidden.pk, viewer=viewer_of(user=her))
    hide_work(work=gone)
    shown = set(ids(her, 30))
    assert stays.pk in shown
    assert not {hidden.pk, gone.pk, shop["sunset"][0].pk} & shown


def test_what_people_took_together_comes_with_its_cause(shop, her, folder):
    version = present_version(folder, version="ties", related=1.0, bought_with=2.0)
    cause, liked_too, bought_too = shop["sunset"][0], shop["forest"][0], shop["forest"][1]
    # Without content near to hers they can come from the item-to-item lists alone.
    RelatedWorks.objects.create(
        recommender=version, work=cause, kind="taste", others=[liked_too.pk, bought_too.pk], weights=[0.5, 0.1]
    )
    RelatedWorks.objects.create(recommender=version, work=cause, kind="bought", others=[bought_too.pk], weights=[0.4])
    feed = {entry.work_id: entry for entry in home_feed(viewer=viewer_of(user=her), limit=2)}
    assert (feed[bought_too.pk].reason, feed[bought_too.pk].because_of) == ("bought", cause.pk)
    assert liked_too.pk in feed
    other = present_version(folder, version="no-ties", related=1.0, bought_with=2.0)
    assert other.related_works.count() == 0
    assert "bought" not in {entry.reason for entry in home_feed(viewer=viewer_of(user=her), limit=12)}


def test_followed_artists_are_a_source(her, folder):
    artist = ArtistFactory()
    far = indexed_work(title="Far away", colour=COLOURS["sea"], artist=artist)
    Follow.objects.create(follower=her, artist=artist)
    present_version(folder, version="loves-followed", is_followed=1.0)
    assert ids(her)[0] == far.pk


@pytest.mark.parametrize("spoilt", ["other bytes", "not there"])
def test_files_that_are_not_those_recorded_are_not_used(shop, her, folder, spoilt, caplog):
    before = ids(her)
    present_version(folder, version=f"spoilt-{len(spoilt)}", popularity=-1.0)
    key = f"recommenders/spoilt-{len(spoilt)}/ranker.onnx"
    if spoilt == "not there":
        private_store().delete(key)
    else:
        private_store().put(key, b"something else", media_type="application/octet-stream")
    assert ids(her) == before
    assert "cannot be used" in caplog.text
    caplog.clear()
    # The store is not asked again for a while.
    assert ids(her) == before
    assert "cannot be used" not in caplog.text


def test_models_of_other_spaces_are_not_used(shop, her, folder):
    before = ids(her)
    version = present_version(folder, version="elsewhere", popularity=-1.0)
    version.manifest["spaces"][0][1] = "another"
    version.save()
    assert ids(her) == before


def test_a_manifest_of_another_contract_or_that_names_another_folder_is_not_used(shop, her, folder):
    before = ids(her)
    version = present_version(folder, version="future", popularity=-1.0)
    RecommenderVersion.objects.update(manifest=version.manifest | {"contract": 99})
    assert ids(her) == before
    feed_models._paused_until.clear()
    RecommenderVersion.objects.update(manifest=version.manifest | {"version": "../../outside"})
    assert ids(her) == before
    assert not (folder.parent / "outside").exists()


def test_a_work_without_content_does_not_break_the_feed(shop, her, folder):
    present_version(folder, version="loves-likeness", sequence=1.0)
    Embedding.objects.filter(work=shop["sunset"][1], space="picture").delete()
    Embedding.objects.filter(work=shop["sunset"][2]).delete()
    assert len(ids(her, 8)) == 8


def test_the_number_of_queries_stays_with_models_and_many_wishes(shop, her, folder, django_assert_max_num_queries):
    version = present_version(folder, version="bounded", sequence=1.0)
    viewer = viewer_of(user=her)
    home_feed(viewer=viewer, limit=3)
    for name in ("sunset", "sea"):
        for work in shop[name]:
            like_work(work_id=work.pk, user=her)
            RelatedWorks.objects.create(
                recommender=version, work=work, kind="taste", others=[shop["forest"][0].pk], weights=[0.5]
            )
    with django_assert_max_num_queries(14):
        home_feed(viewer=viewer, limit=4)
