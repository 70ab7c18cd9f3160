"""What goes with a work, and what is shown after a purchase."""

import pytest

from marketplace.catalog.audiences import Access, Audience
from marketplace.catalog.services import hide_work
from recommendations.selectors.together import after_purchase, bought_together, goes_with
from recommendations.services import record_event, refresh_popularity
from recommendations.viewers import Viewer, viewer_of
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.licensing import licence_in, work_on_sale
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_space import COLOURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]


def buy(work, *buyers):
    for n in buyers:
        record_event(kind="bought", work_id=work.pk, viewer=Viewer(key=f"p:{n}"), once_key=f"{n}:{work.pk}")


@pytest.fixture
def sunset():
    return indexed_work(title="Sunset", colour=COLOURS["sunset"])


def test_what_its_buyers_bought_too_and_not_what_everybody_buys(sunset):
    with_it, of_everybody, of_one = (indexed_work(title=f"Number {n}", colour=COLOURS["sea"]) for n in range(3))
    buy(sunset, 1, 2, 3)
    buy(with_it, 1, 2)
    buy(of_everybody, *range(1, 4), *range(10, 40))
    buy(of_one, 3)
    refresh_popularity()
    assert bought_together(works=[sunset.pk], limit=9) == [with_it.pk, of_everybody.pk]
    assert bought_together(works=[of_one.pk], limit=9) == []


def test_hidden_closed_own_and_bought_ones_are_left_out(sunset):
    user = UserFactory()
    hidden = indexed_work(title="Hidden")
    closed = indexed_work(title="Closed", audience=Audience.MEMBERS)
    own = indexed_work(title="Own", artist=ArtistFactory(user=user))
    bought = work_on_sale()
    stays = indexed_work(title="Stays")
    for work in (sunset, hidden, closed, own, bought, stays):
        buy(work, 1, 2)
    hide_work(work=hidden)
    licence_in(bought, holder=user)
    viewer = viewer_of(user=user)
    assert bought_together(works=[sunset.pk], limit=9, viewer=viewer, access=Access(user)) == [stays.pk]
    assert set(bought_together(works=[sunset.pk], limit=9)) == {own.pk, bought.pk, stays.pk}


def test_where_nothing_was_bought_together_what_is_like_it_follows(sunset):
    alike = indexed_work(title="Alike", colour=COLOURS["sunset"])
    far = indexed_work(title="Far", colour=COLOURS["forest"])
    buy(sunset, 1, 2)
    buy(far, 1, 2)
    shelf = goes_with(work=sunset, limit=2)
    assert shelf == [far.pk, alike.pk]
    assert sunset.pk not in goes_with(work=sunset, limit=9)


def test_after_a_purchase_of_several_each_has_its_neighbours(sunset):
    sea = indexed_work(title="Sea", colour=COLOURS["sea"])
    near = {name: indexed_work(title=f"Near {name}", colour=COLOURS[name]) for name in ("sunset", "sea")}
    shelf = after_purchase(works=[sunset, sea], limit=2, viewer=Viewer(key="p:9"))
    assert set(shelf) == {work.pk for work in near.values()}
    everything = after_purchase(works=[sunset, sea], limit=9, viewer=Viewer(key="p:9"))
    assert not {sunset.pk, sea.pk} & set(everything)


def test_queries_do_not_grow_with_the_works(sunset, django_assert_num_queries):
    for n in range(12):
        buy(indexed_work(title=f"Number {n}"), 1, 2)
    buy(sunset, 1, 2)
    with django_assert_num_queries(3):
        assert len(bought_together(works=[sunset.pk], limit=20)) == 12
