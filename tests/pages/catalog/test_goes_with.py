"""What goes with a work, on its page and beside what was bought."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommendations.services import hide_for, record_event
from recommendations.viewers import Viewer, viewer_of
from tests.factories.accounts import UserFactory
from tests.factories.disputes import paid_order
from tests.factories.licensing import work_on_sale
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_space import COLOURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]


def bought(works, *buyers):
    for work in works:
        for n in buyers:
            record_event(kind="bought", work_id=work.pk, viewer=Viewer(key=f"p:{n}"), once_key=f"{n}:{work.pk}")


def on_shelf(html, surface):
    """The works of a list, in its order."""
    shelf = re.search(rf'data-surface="{surface}">(.*?)</ul>', html, re.DOTALL)
    return re.findall(r'data-work="([^"]+)"', shelf.group(1)) if shelf else []


@pytest.fixture
def sunset():
    return indexed_work(title="Sunset", colour=COLOURS["sunset"])


def test_a_works_page_shows_what_its_buyers_bought_too_with_the_reason(client, sunset):
    far = indexed_work(title="Far", colour=COLOURS["sea"])
    alike = indexed_work(title="Alike", colour=COLOURS["sunset"])
    bought([sunset, far], 1, 2)
    html = client.get(sunset.get_absolute_url()).text
    assert on_shelf(html, "goes_with") == [str(far.pk)]
    assert "People who bought the work on this page bought it too." in html
    # What stands there already does not stand among the similar ones again.
    assert on_shelf(html, "similar") == [str(alike.pk)]


def test_without_common_buyers_there_is_no_such_shelf(client, sunset):
    indexed_work(title="Alike", colour=COLOURS["sunset"])
    bought([sunset], 1)
    html = client.get(sunset.get_absolute_url()).text
    assert 'data-surface="goes_with"' not in html
    assert on_shelf(html, "similar")


def test_her_wishes_hold_there_too(client, sunset):
    user, far = UserFactory(), indexed_work(title="Far", colour=COLOURS["sea"])
    bought([sunset, far], 1, 2)
    hide_for(work_id=far.pk, viewer=viewer_of(user=user))
    client.force_login(user)
    assert on_shelf(client.get(sunset.get_absolute_url()).text, "goes_with") == []
    client.logout()
    assert on_shelf(client.get(sunset.get_absolute_url()).text, "goes_with") == [str(far.pk)]


def test_a_paid_orders_page_shows_what_goes_with_it_and_never_what_was_bought(client):
    work = work_on_sale(title="Evening")
    with_it = indexed_work(title="With it", colour=COLOURS["sea"])
    bought([work, with_it], 1, 2)
    order = paid_order(work)
    client.force_login(order.buyer)
    html = client.get(f"/orders/{order.pk}").text
    assert on_shelf(html, "after_purchase") == [str(with_it.pk)]
    assert "others bought both" in html


def test_queries_do_not_grow_with_what_is_bought_together(client, sunset):
    client.force_login(UserFactory())

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(sunset.get_absolute_url())
        return len(captured)

    others = [indexed_work(title=f"Number {n}", colour=COLOURS["sea"]) for n in range(6)]
    bought([sunset, others[0]], 1, 2)
    client.get(sunset.get_absolute_url())
    few = queries()
    bought(others[1:], 1, 2)
    assert queries() == few
