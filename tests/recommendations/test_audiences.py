"""Search, feeds and shelves leave out what is not open to whoever looks, and stay full."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.catalog.audiences import STRANGER, Access, Audience
from marketplace.catalog.errors import WorkClosed
from marketplace.catalog.models import Work
from marketplace.core.clock import now
from recommendations.models import Like
from recommendations.selectors import (
    WorkFilter,
    colours_in_the_shop,
    home_feed,
    newest_works,
    popular_works,
    search_works,
    similar_works,
    tags_in_the_shop,
)
from recommendations.services import like_work, record_event
from recommendations.viewers import viewer_of
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.audiences import club_member
from tests.factories.moderation import moderator
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_space import COLOURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]


@pytest.fixture
def works():
    """Three works that are alike: for all, for members, for the club."""
    artist = ArtistFactory()
    made = {
        name: indexed_work(title=f"Sunset {name}", colour=COLOURS["sunset"], artist=artist, tags=(f"tag-{name}",))
        for name in ("open", "members", "club")
    }
    Work.objects.filter(pk=made["members"].pk).update(audience=Audience.MEMBERS)
    Work.objects.filter(pk=made["club"].pk).update(audience=Audience.CLUB_FIRST, public_from=now() + timedelta(days=1))
    return made


def lists_for(person) -> dict[str, set]:
    """What each kind of list shows a person, None for a stranger."""
    access = Access(person)
    viewer = viewer_of(user=person, session_key="s")
    liked = indexed_work(title="Harbour", colour=COLOURS["sunset"])
    record_event(kind="viewed", work_id=liked.pk, viewer=viewer)
    return {
        "by words and meaning": set(search_works(query="sunset", access=access).work_ids),
        "all": set(search_works(query="", access=access).work_ids),
        "with a filter": set(search_works(query="sunset", filters=WorkFilter(medium="image"), access=access).work_ids),
        "similar": set(similar_works(work=liked, limit=9, viewer=viewer, access=access)),
        "feed": {entry.work_id for entry in home_feed(viewer=viewer, limit=9, access=access)},
        "newest": set(newest_works(limit=9, access=access)),
        "popular": set(popular_works(limit=9, access=access)),
    }


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("stranger", {"open"}),
        ("somebody", {"open"}),
        ("member", {"open", "members"}),
        ("club", {"open", "club"}),
        ("moderator", {"open", "members", "club"}),
    ],
)
def test_lists_show_what_is_open(works, memberships, who, sees):
    person = {
        "stranger": lambda: None,
        "somebody": UserFactory,
        "member": lambda: memberships.member_of(works["open"].artist),
        "club": club_member,
        "moderator": moderator,
    }[who]()
    expected = {works[name].pk for name in sees}
    ours = {work.pk for work in works.values()}
    for name, shown in lists_for(person).items():
        assert shown & ours == expected, name
    access = Access(person)
    assert {tag.slug for tag in tags_in_the_shop(limit=9, access=access)} == {f"tag-{name}" for name in sees}
    # Beside ours the one that was looked at.
    assert sum(shelf.works for shelf in colours_in_the_shop(access)) == len(sees) + 1


def test_the_artist_finds_her_own_works_in_a_search(works):
    access = Access(works["open"].artist.user)
    assert set(search_works(query="sunset", access=access).work_ids) == {work.pk for work in works.values()}


def test_whoever_asks_without_an_access_is_a_stranger(works):
    for shown in (search_works(query="sunset").work_ids, newest_works(limit=9), popular_works(limit=9)):
        assert shown == [works["open"].pk]
    assert [entry.work_id for entry in home_feed(viewer=None, limit=9)] == [works["open"].pk]
    assert similar_works(work=works["open"], limit=9) == []


def test_pages_are_full_where_nearly_everything_is_closed(memberships):
    """The nearest works are closed, one and all; what is open is far down the index."""
    artist = ArtistFactory()
    for n in range(60):
        indexed_work(title=f"Near {n}", colour=COLOURS["sunset"], artist=artist)
    Work.objects.update(audience=Audience.MEMBERS)
    far = [indexed_work(title=f"Dusk {n}", colour=(200, 90 + n, 60)) for n in range(6)]
    shown = similar_works(work=Work.objects.filter(artist=artist).first(), limit=6)
    assert set(shown) == {work.pk for work in far}
    found = search_works(query="sunset", page_size=6)
    assert set(found.work_ids) <= {work.pk for work in far}
    assert found.total == len(found.work_ids) > 0


def test_a_closed_work_cannot_be_liked(works, memberships):
    for person, work in ((UserFactory(), "members"), (UserFactory(), "club")):
        with pytest.raises(WorkClosed):
            like_work(work_id=works[work].pk, user=person)
    assert not Like.objects.exists()
    assert like_work(work_id=works["members"].pk, user=memberships.member_of(works["open"].artist))


def test_queries_do_not_grow_with_memberships(works, memberships):
    def asked() -> list[int]:
        viewer = viewer_of(user=person)
        counts = []
        for ask in (
            lambda access: home_feed(viewer=viewer, limit=6, access=access),
            lambda access: search_works(query="sunset", access=access),
            lambda access: similar_works(work=works["open"], limit=6, viewer=viewer, access=access),
            lambda access: tags_in_the_shop(limit=6, access=access),
        ):
            with CaptureQueriesContext(connection) as queries:
                ask(Access(person))
            counts.append(len(queries))
        return counts

    person = memberships.member_of(works["open"].artist, user=club_member())
    like_work(work_id=works["open"].pk, user=person)
    with_one = asked()
    for level in (1, 2, 3):
        for _n in range(4):
            memberships.member_of(ArtistFactory(), level=level, user=person)
    memberships.asked = 0
    assert asked() == with_one
    assert memberships.asked == 4
    assert STRANGER.levels == {}
