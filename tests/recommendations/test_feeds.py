"""What a person, a stranger and a work are shown."""

import pytest

from marketplace.catalog.models import Work
from marketplace.catalog.services import hide_work, mark_sold_exclusively
from recommendations.models import Embedding, EmbeddingSpace
from recommendations.selectors import home_feed, newest_works, popular_works, similar_works
from recommendations.services import like_work, record_event, refresh_popularity
from recommendations.viewers import Viewer, viewer_of
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.licensing import licence_in, work_on_sale
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_space import COLOURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]


@pytest.fixture
def shop() -> dict[str, list[Work]]:
    return {
        name: [indexed_work(title=f"Number {n}", colour=tuple(max(0, c - 6 * n) for c in colour)) for n in range(4)]
        for name, colour in COLOURS.items()
    }


def test_who_liked_sunsets_sees_sunsets_and_why(shop):
    user = UserFactory()
    liked = shop["sunset"][0]
    like_work(work_id=liked.pk, user=user)
    feed = home_feed(viewer=viewer_of(user=user), limit=3)
    assert {entry.work_id for entry in feed} == {work.pk for work in shop["sunset"][1:]}
    assert {(entry.reason, entry.because_of) for entry in feed} == {("like", liked.pk)}


def test_an_anonymous_session_has_a_taste_too(shop):
    viewer = viewer_of(session_key="abc")
    record_event(kind="viewed", work_id=shop["sea"][0].pk, viewer=viewer)
    first = home_feed(viewer=viewer, limit=1)[0]
    assert first.work_id in {work.pk for work in shop["sea"][1:]}


def test_a_like_taken_back_is_no_taste(shop):
    viewer = Viewer(key="s:x")
    record_event(kind="liked", work_id=shop["sea"][0].pk, viewer=viewer, once_key="1")
    record_event(kind="unliked", work_id=shop["sea"][0].pk, viewer=viewer, once_key="1")
    assert {entry.reason for entry in home_feed(viewer=viewer, limit=4)} <= {"popular", "new"}


def test_hidden_sold_own_and_owned_works_never_appear(shop):
    user = UserFactory()
    artist = ArtistFactory(user=user)
    like_work(work_id=shop["sunset"][0].pk, user=user)
    hidden, sold, _stays = shop["sunset"][1:]
    hide_work(work=hidden)
    mark_sold_exclusively(work_id=sold.pk)
    own = indexed_work(title="Mine", colour=COLOURS["sunset"], artist=artist)
    owned = work_on_sale()
    licence_in(owned, holder=user)
    for viewer in (viewer_of(user=user), None):
        seen = {entry.work_id for entry in home_feed(viewer=viewer, limit=30)}
        assert not seen & {hidden.pk, sold.pk}
        if viewer:
            assert not seen & {own.pk, owned.pk}
    assert not {hidden.pk, sold.pk} & set(similar_works(work=shop["sunset"][0], limit=20))
    assert not {hidden.pk, sold.pk} & {*popular_works(limit=30), *newest_works(limit=30)}


def test_a_stranger_sees_popular_and_new(shop):
    favourite = shop["forest"][2]
    for n in range(5):
        record_event(kind="viewed", work_id=favourite.pk, viewer=Viewer(key=f"s:{n}"))
    refresh_popularity()
    feed = home_feed(viewer=None, limit=6)
    assert feed[0].work_id == favourite.pk
    assert {entry.reason for entry in feed} == {"popular", "new"}
    assert len({entry.work_id for entry in feed}) == 6


def test_similar_works_are_alike(shop):
    similar = similar_works(work=shop["sea"][0], limit=3)
    assert set(similar) == {work.pk for work in shop["sea"][1:]}


def test_without_vectors_there_is_still_a_shop(shop):
    Embedding.objects.all().delete()
    user = UserFactory()
    like_work(work_id=shop["sea"][0].pk, user=user)
    assert len(home_feed(viewer=viewer_of(user=user), limit=5)) == 5
    assert similar_works(work=shop["sea"][0], limit=5) == []


def test_the_number_of_queries_is_bounded(shop, django_assert_max_num_queries):
    user = UserFactory()
    for work in shop["sunset"]:
        like_work(work_id=work.pk, user=user)
    with django_assert_max_num_queries(14):
        home_feed(viewer=viewer_of(user=user), limit=6)
    with django_assert_max_num_queries(10):
        similar_works(work=shop["sea"][0], limit=6)


def test_each_space_and_version_has_one_index(shop):
    from django.db import connection

    spaces = EmbeddingSpace.objects.all()
    assert {space.space for space in spaces} == {"text", "picture", "palette", "composition"}
    with connection.cursor() as cursor:
        for space in spaces:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [space.index_name])
            (definition,) = cursor.fetchone()
            assert "hnsw" in definition
            assert space.version in definition
            assert f"vector({space.dimensions})" in definition
