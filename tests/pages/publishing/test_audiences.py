"""For whom a work is: chosen while publishing and changed on a page, by its artist alone."""

from datetime import timedelta

import pytest

from marketplace.catalog.models import Work
from marketplace.core.clock import now
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.licensing import licence_in, work_on_sale
from tests.factories.memberships import offered_tier
from tests.factories.publishing import delivered
from tests.pages.publishing.test_publish import FILLED
from tests.provenance.pictures import encoded, painting

pytestmark = pytest.mark.django_db


def typed(moment) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def work():
    return work_on_sale(title="Evening tide")


@pytest.fixture
def address(work):
    return f"/my/works/{work.pk}/audience"


def test_the_choice_stands_in_the_publish_form_with_its_explanation(client, blob_stores):
    artist = ArtistFactory()
    output = delivered(encoded(painting("turner")), artist=artist)
    client.force_login(artist.user)
    page = client.get(f"/publish/output/{output.pk}").text
    for told in ("For whom", "sees and buys it first", "Only the members of your own membership"):
        assert told in page
    answer = client.post(f"/publish/output/{output.pk}", {**FILLED, "audience": "members", "members_level": "2"})
    assert answer.status_code == 302
    work = Work.objects.get()
    assert (work.audience, work.members_level) == ("members", 2)


def test_a_slip_publishes_nothing_and_is_told(client, blob_stores):
    artist = ArtistFactory()
    output = delivered(encoded(painting("turner")), artist=artist)
    client.force_login(artist.user)
    for public_from, told in (("", "Say from when"), (typed(now() + timedelta(days=40)), "one hour to thirty days")):
        said = {**FILLED, "audience": "club_first", "public_from": public_from}
        assert told in client.post(f"/publish/output/{output.pk}", said).text
    assert not Work.objects.exists()


def test_the_artist_changes_it_and_sees_it_among_her_works(client, work, address):
    client.force_login(work.artist.user)
    assert address in client.get("/my/works").text
    page = client.get(address).text
    assert "Evening tide" in page
    assert 'value="everyone"' in page
    moment = now() + timedelta(days=3)
    said = {"audience": "club_first", "public_from": typed(moment), "members_level": ""}
    answer = client.post(address, said, follow=True)
    assert "It is changed for whom “Evening tide” is." in answer.text
    assert "Club until" in answer.text
    work.refresh_from_db()
    assert work.public_from == moment.replace(second=0, microsecond=0)
    assert f'value="{typed(moment)}"' in client.get(address).text
    answer = client.post(address, {"audience": "members", "members_level": "2", "public_from": "rubbish"}, follow=True)
    assert "For members, tier 2 and up" in answer.text


def test_a_moment_that_is_left_as_it_is_stays(client, work, address):
    near = now() + timedelta(minutes=20)
    Work.objects.filter(pk=work.pk).update(audience="club_first", public_from=near)
    client.force_login(work.artist.user)
    assert client.post(address, {"audience": "club_first", "public_from": typed(near)}).status_code == 302
    work.refresh_from_db()
    assert work.public_from == near


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, "This field is required"),
        ({"audience": "friends"}, "Select a valid choice"),
        ({"audience": "club_first"}, "Say from when"),
        ({"audience": "club_first", "public_from": "tomorrow"}, "Enter a valid date"),
        ({"audience": "club_first", "public_from": "2020-01-01T10:00"}, "one hour to thirty days"),
        ({"audience": "members", "members_level": "0"}, "greater than or equal to 1"),
    ],
)
def test_a_slip_is_told_and_nothing_changes(client, work, address, said, told):
    client.force_login(work.artist.user)
    answer = client.post(address, said)
    assert answer.status_code == 422
    assert told in answer.text
    work.refresh_from_db()
    assert work.audience == "everyone"


def test_who_bought_before_keeps_page_and_file(client, work, address):
    holder = licence_in(work).holder
    client.force_login(work.artist.user)
    client.post(address, {"audience": "members", "members_level": "1"})
    client.force_login(holder)
    assert "Only the members" not in client.get(work.get_absolute_url()).text
    assert "Download" in client.get("/orders").text
    assert client.get(work.get_absolute_url()).context["offers"]


def test_others_and_strangers_change_nothing(client, work, address):
    for person in (None, UserFactory(), ArtistFactory().user):
        client.logout()
        if person:
            client.force_login(person)
        for answer in (client.get(address), client.post(address, {"audience": "members"})):
            assert answer.status_code in {302, 403}
    work.refresh_from_db()
    assert work.audience == "everyone"


def test_the_artists_own_tiers_are_there_to_choose_from(client, work, address):
    client.force_login(work.artist.user)
    assert "You offer no tiers yet" in client.get(address).text
    offered_tier(work.artist, 2, name_en="Friends")
    page = client.get(address).text
    assert "Friends" in page
    assert "You offer no tiers yet" not in page
    assert client.post(address, {"audience": "members", "members_level": "2"}).status_code == 302
    work.refresh_from_db()
    assert (work.audience, work.members_level) == ("members", 2)
