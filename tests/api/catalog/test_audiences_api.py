"""Works that are not for everybody, for programs: read, searched, recommended, priced, liked, reported, bought."""

from datetime import timedelta

import pytest

from marketplace.catalog.audiences import Audience, AudienceChoice
from marketplace.catalog.services import set_audience
from marketplace.core.clock import now
from marketplace.moderation.models import Report
from marketplace.orders.models import Order
from recommendations.models import Like
from tests.factories.accounts import UserFactory
from tests.factories.audiences import club_member
from tests.factories.licensing import offer_of, work_on_sale
from tests.factories.moderation import moderator
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_space import COLOURS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]
JSON = "application/json"


@pytest.fixture
def work():
    return set_audience(work=work_on_sale(title="Evening"), choice=AudienceChoice(Audience.MEMBERS))


def sign_in(client, person):
    client.logout()
    if person:
        client.force_login(person)


def test_one_closed_work_is_refused_with_the_way_in(client, work, memberships):
    for person in (None, UserFactory(), club_member(), memberships.member_of(work.artist, level=0)):
        sign_in(client, person)
        for address in (f"/api/v1/works/{work.pk}", f"/api/v1/works/{work.pk}/offers"):
            answer = client.get(address)
            assert answer.status_code == 403
            told = answer.json()
            assert (told["error"], told["audience"]) == ("work_closed", "members")
            assert told["url"] == f"/artists/{work.artist.handle}/membership"
            assert told["message"].startswith("This work is for members of")
            assert told["way_out"]
            assert not {"previews", "offers", "texts"} & set(told)


def test_those_who_may_read_it_and_whom_it_is_for(client, work, memberships):
    for person in (work.artist.user, moderator(), memberships.member_of(work.artist)):
        sign_in(client, person)
        told = client.get(f"/api/v1/works/{work.pk}").json()
        assert (told["id"], told["audience"], told["members_level"]) == (str(work.pk), "members", 1)
        assert len(client.get(f"/api/v1/works/{work.pk}/offers").json()["offers"]) == 3


def test_the_clubs_work_says_until_when(client, work):
    moment = now() + timedelta(days=1)
    set_audience(work=work, choice=AudienceChoice(Audience.CLUB_FIRST, moment))
    told = client.get(f"/api/v1/works/{work.pk}").json()
    assert (told["error"], told["public_from"], told["url"]) == ("work_closed", moment.isoformat(), "/pricing")
    sign_in(client, club_member())
    assert client.get(f"/api/v1/works/{work.pk}").status_code == 200


def test_lists_hold_what_is_open(client, memberships):
    work = indexed_work(title="Evening", colour=COLOURS["sunset"])
    set_audience(work=work, choice=AudienceChoice(Audience.MEMBERS))
    expected = [(None, False), (UserFactory(), False), (memberships.member_of(work.artist), True), (moderator(), True)]
    for person, is_open in expected:
        sign_in(client, person)
        memberships.asked = 0
        found = client.get("/api/v1/search", {"q": "evening"}).json()
        assert (found["count"], [one["id"] for one in found["results"]]) == (
            (1, [str(work.pk)]) if is_open else (0, [])
        )
        assert memberships.asked <= 1
        assert [one["id"] for one in client.get("/api/v1/works").json()["results"]] == [str(work.pk)] * is_open
        recommended = client.get("/api/v1/recommendations").json()
        assert [one["work"]["id"] for one in recommended] == [str(work.pk)] * is_open
    assert not client.get("/api/v1/works", {"page": 1}).json().get("next")


def test_queries_do_not_grow_with_the_works(client, memberships, django_assert_max_num_queries):
    work = work_on_sale()
    member = memberships.member_of(work.artist)
    for n in range(8):
        one = indexed_work(title=f"Sunset {n}", colour=COLOURS["sunset"], artist=work.artist, tags=("one", "two"))
        set_audience(work=one, choice=AudienceChoice(Audience.MEMBERS))
    client.force_login(member)
    with django_assert_max_num_queries(12 + 6):  # session and person; moderator, storefront, purchases, club
        client.get("/api/v1/works")
    with django_assert_max_num_queries(22 + 9):  # and whether what is open is little: three
        client.get("/api/v1/search", {"q": "sunset"})


def test_it_can_be_neither_liked_nor_bought(client, work, memberships):
    body = {"offer": str(offer_of(work, "personal").pk), "consent": True}
    client.force_login(UserFactory())
    for answer in (
        client.put(f"/api/v1/works/{work.pk}/like"),
        client.post("/api/v1/orders", body, content_type=JSON),
        client.post("/api/v1/orders", {"items": [{"offer": body["offer"]}], "consent": True}, content_type=JSON),
    ):
        assert (answer.status_code, answer.json()["error"]) == (403, "work_closed")
        assert answer.json()["url"].endswith("/membership")
    assert not Order.objects.exists()
    assert not Like.objects.exists()


def test_it_can_be_reported(client, work):
    said = {"reason": "copyright", "details": "I know this picture."}
    assert client.post(f"/api/v1/works/{work.pk}/reports", said, content_type=JSON).status_code == 201
    assert Report.objects.get().work == work
