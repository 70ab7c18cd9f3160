"""The pages of shares: as the work's artist, the one who is offered a share, another, and a stranger."""

import csv
import io
import re

import pypdf
import pytest

from marketplace.catalog.models import Work
from marketplace.core.ids import new_id
from marketplace.royalties.models import WorkShare
from marketplace.royalties.selectors import remix_share_of
from marketplace.royalties.services import offer_share, set_remix_share
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.licensing import work_on_sale
from tests.factories.royalties import remixed, shared
from tests.orders.baskets import basket_of, claimed, paid

pytestmark = pytest.mark.django_db

MINE = "/account/royalties"


@pytest.fixture
def work():
    return work_on_sale(title="Evening tide")


@pytest.fixture
def friend():
    return ArtistFactory(handle="lin-wei", name="Lin Wei")


@pytest.fixture
def share(work, friend):
    return offer_share(artist=work.artist, work_id=work.pk, handle=friend.handle, basis_points=3000)


def page_of(work: Work) -> str:
    return f"/my/works/{work.pk}/royalties"


def decide(client, share, decision, **more):
    return client.post(f"{MINE}/{share.pk}", {"decision": decision, **more})


class TestTheWorksPage:
    def test_offers_a_share(self, client, work, friend):
        client.force_login(work.artist.user)
        assert page_of(work) in client.get("/my/works").text
        assert "Nobody has a share" in client.get(page_of(work)).text
        answer = client.post(page_of(work), {"handle": "@Lin-Wei", "percent": "12.5"})
        assert answer.url == page_of(work)
        share = WorkShare.objects.get()
        assert (share.artist, share.basis_points, share.state) == (friend, 1250, "offered")
        page = client.get(page_of(work)).text
        assert "Lin Wei" in page
        assert "12.5%" in page

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            ({"handle": "lin-wei", "percent": "95"}, "less than or equal to 90"),
            ({"handle": "lin-wei", "percent": "0.5"}, "greater than or equal to 1"),
            ({"handle": "lin-wei", "percent": "nan"}, "Enter a number"),
            ({"handle": "nobody", "percent": "10"}, "There is no storefront"),
            ({"handle": "", "percent": "10"}, "This field is required"),
        ],
    )
    def test_says_what_cannot_be_offered(self, client, work, friend, said, told):
        client.force_login(work.artist.user)
        answer = client.post(page_of(work), said)
        assert answer.status_code == 422
        assert told in answer.text
        assert not WorkShare.objects.exists()

    def test_is_the_artists_alone(self, client, work, friend):
        said = {"handle": friend.handle, "percent": "10"}
        for address in (page_of(work), f"{page_of(work)}/remixes"):
            assert client.post(address, said).url.startswith("/accounts/login")
        client.force_login(friend.user)
        for address in (page_of(work), f"{page_of(work)}/remixes"):
            assert client.post(address, said).status_code == 403
        assert client.get(page_of(work)).status_code == 403
        assert client.get(f"/my/works/{new_id()}/royalties").status_code == 404
        client.force_login(UserFactory())
        assert client.get(page_of(work)).url == "/storefront/open"
        assert not WorkShare.objects.exists()
        assert remix_share_of(work) == 0

    def test_sets_what_remixes_owe_and_everybody_sees_it(self, client, work):
        client.force_login(work.artist.user)
        assert "goes to this artist" not in client.get(work.get_absolute_url()).text
        client.post(f"{page_of(work)}/remixes", {"percent": "7.5"})
        assert remix_share_of(work) == 750
        assert 'value="7.5"' in client.get(page_of(work)).text
        client.logout()
        assert "7.5% of what each sale leaves you goes to this artist." in client.get(work.get_absolute_url()).text
        client.force_login(work.artist.user)
        answer = client.post(f"{page_of(work)}/remixes", {"percent": "51"})
        assert answer.status_code == 422
        assert remix_share_of(work) == 750

    def test_tells_the_buyer_of_the_file_what_a_remix_owes(self, client, work):
        bought, free = work, work_on_sale()
        set_remix_share(artist=bought.artist, work_id=bought.pk, basis_points=750)
        buyer = UserFactory()
        client.force_login(buyer)
        for one, told in ((bought, True), (free, False)):
            order = paid(claimed(basket_of(one), buyer=buyer))
            page = client.get(order.get_absolute_url()).text
            assert "Download the file" in page
            assert ("7.5% of what each sale leaves you" in page) is told

    def test_ends_a_share(self, client, work, share):
        client.force_login(work.artist.user)
        assert "Take back" in client.get(page_of(work)).text
        assert decide(client, share, "end", back="work").url == page_of(work)
        share.refresh_from_db()
        assert share.state == "ended"


class TestMine:
    def test_shows_an_offer_and_takes_it(self, client, work, friend, share):
        client.force_login(friend.user)
        page = client.get(MINE).text
        assert "offers you 30% of what each sale of “Evening tide” leaves" in page
        assert "shared-with" not in client.get(work.get_absolute_url()).text
        assert decide(client, share, "accept").url == MINE
        share.refresh_from_db()
        assert share.state == "accepted"
        assert "offers you" not in client.get(MINE).text
        client.logout()
        assert '<a href="/@lin-wei">Lin Wei</a>' in client.get(work.get_absolute_url()).text

    def test_declines_it(self, client, friend, share):
        client.force_login(friend.user)
        decide(client, share, "decline")
        share.refresh_from_db()
        assert share.state == "declined"
        assert decide(client, share, "accept").status_code == 409

    @pytest.mark.parametrize("decision", ["accept", "decline", "end"])
    def test_nobody_else_decides(self, client, work, share, decision):
        assert decide(client, share, decision).url.startswith("/accounts/login")
        client.force_login(ArtistFactory().user)
        assert decide(client, share, decision).status_code == 403
        client.force_login(work.artist.user)
        if decision != "end":
            assert decide(client, share, decision).status_code == 403
        assert client.get(f"{MINE}/{share.pk}").status_code == 405
        share.refresh_from_db()
        assert share.state == "offered"

    def test_shows_what_came_of_it(self, client, work, friend):
        shared(work, with_=friend, basis_points=5000)
        for _n in range(2):
            paid(claimed(basket_of(work, code="commercial")))
        client.force_login(friend.user)
        page = client.get(MINE).text
        assert "$44.10" in page
        earnings = client.get("/earnings").text
        assert "Royalty" in earnings
        assert MINE in earnings
        client.force_login(work.artist.user)
        assert "−$22.05 royalties to others" in client.get("/earnings").text
        assert "Royalties to others" in client.get("/earnings/statement").text
        rows = list(csv.reader(io.StringIO(client.get("/earnings/statement.csv").content.decode("utf-8-sig"))))
        assert (rows[0][-1], rows[1][3:5], rows[1][-1]) == ("Royalties to others", ["49.00", "-4.90"], "-22.05")
        pages = pypdf.PdfReader(io.BytesIO(client.get("/earnings/statement.pdf").content)).pages
        text = "\n".join(page.extract_text() for page in pages)
        assert "To others" in text
        assert "−$22.05" in text

    def test_needs_a_storefront(self, client):
        assert client.get(MINE).url.startswith("/accounts/login")
        client.force_login(UserFactory())
        assert client.get(MINE).url == "/storefront/open"


class TestManyShares:
    def test_take_as_many_queries_as_few(self, client, friend, django_assert_max_num_queries):
        for _n in range(50):
            shared(work_on_sale(terms=("personal",)), with_=friend, basis_points=100)
        sold = work_on_sale(artist=friend)
        for _n in range(50):
            shared(sold, basis_points=100)
        remixed(sold, *[work_on_sale(terms=("personal",)) for _n in range(10)])
        client.force_login(friend.user)
        client.get(MINE)
        with django_assert_max_num_queries(14):
            client.get(MINE)
        with django_assert_max_num_queries(16):
            client.get(page_of(sold))
        client.logout()
        client.get(sold.get_absolute_url())
        with django_assert_max_num_queries(34):
            assert "shared-with" in client.get(sold.get_absolute_url()).text


def test_each_label_of_a_works_page_finds_its_own_field(client):
    work = work_on_sale()
    client.force_login(work.artist.user)
    shown = client.get(f"/my/works/{work.pk}/royalties").text
    ids = re.findall(r'<(?:input|textarea|select)[^>]* id="([^"]+)"', shown)
    assert len(ids) == len(set(ids)), ids
