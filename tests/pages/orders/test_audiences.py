"""Buying pages where a work is not for everybody: the refusal with its way out, carts and bundles without pictures."""

import pytest

from marketplace.blobs import public_store
from marketplace.catalog.audiences import Audience, AudienceChoice
from marketplace.catalog.services import set_audience
from marketplace.orders.guests import key_of
from marketplace.orders.models import Cart, CartItem, Order
from marketplace.orders.services import add_bundle_to_cart, create_bundle
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.catalog import WorkFileFactory
from tests.factories.licensing import offer_of, work_on_sale
from tests.orders.baskets import basket_of, claimed, paid, usd

pytestmark = pytest.mark.django_db


def pictured(**facts):
    work = work_on_sale(**facts)
    file = WorkFileFactory(version=work.versions.get())
    return work, file.storage_key


def close(work):
    return set_audience(work=work, choice=AudienceChoice(Audience.MEMBERS))


def sign_in(client, person):
    client.logout()
    if person:
        client.force_login(person)


def test_a_closed_work_comes_into_no_cart_and_no_checkout(client, memberships):
    work, key = pictured()
    close(work)
    offer = str(offer_of(work, "personal").pk)
    for person in (None, UserFactory(), memberships.member_of(ArtistFactory())):
        sign_in(client, person)
        for answer in (
            client.post("/orders/start", {"offer": offer, "to": "cart"}),
            client.post("/orders/start", {"offer": offer}),
            client.get(f"/checkout?offer={offer}"),
            client.post(f"/checkout?offer={offer}", {"pay": "1", "consent": "on", "email": "a@example.org"}),
        ):
            assert answer.status_code == 403
            assert f"This work is for members of {work.artist.name}." in answer.text
            assert f'href="/artists/{work.artist.handle}/membership"' in answer.text
            assert key not in answer.text
    assert not Order.objects.exists()
    assert not CartItem.objects.exists()
    sign_in(client, memberships.member_of(work.artist))
    assert key in client.post("/orders/start", {"offer": offer, "to": "cart"}, follow=True).text
    assert key in client.get(f"/checkout?offer={offer}").text


def test_a_cart_with_a_work_that_was_narrowed_since(client):
    (work, key), (other, other_key) = pictured(), pictured()
    client.force_login(UserFactory())
    for one in (work, other):
        client.post("/orders/start", {"offer": str(offer_of(one, "personal").pk), "to": "cart"})
    close(work)
    page = client.get("/cart").text
    assert "This work is for members of" in page
    assert key not in page
    assert other_key in page
    checkout = client.get("/checkout?currency=USD").text
    assert key not in checkout
    assert other_key in checkout


def test_a_bundle_shows_what_is_open_of_it(client, memberships):
    artist = ArtistFactory()
    (work, key), (other, other_key) = pictured(artist=artist), pictured(artist=artist)
    bundle = create_bundle(
        artist=artist, title="Sea and sky", licence="personal", works=[work.pk, other.pk], price=usd(2000)
    )
    close(work)
    buyer = UserFactory()
    add_bundle_to_cart(user=buyer, bundle=bundle)
    for person in (None, buyer):
        sign_in(client, person)
        page = client.get(bundle.get_absolute_url()).text
        assert "A work in it is not open to you" in page
        assert "Buy the bundle" not in page
        assert key not in page
        assert other_key in page
        assert "Sea and sky" not in client.get(artist.get_absolute_url()).text
        assert client.get(f"/checkout?bundle={bundle.pk}").status_code == 409
    page = client.get("/cart").text
    assert key not in page
    assert "A work in it is not open to you" in page
    for person in (memberships.member_of(artist, user=buyer), artist.user):
        sign_in(client, person)
        assert "Sea and sky" in client.get(artist.get_absolute_url()).text
        page = client.get(bundle.get_absolute_url()).text
        assert key in page
        assert "A work in it" not in page
    sign_in(client, buyer)
    assert client.get(f"/checkout?bundle={bundle.pk}").status_code == 200
    assert Cart.objects.count() == 1


def test_who_bought_without_an_account_keeps_page_and_picture_in_her_browser(client):
    (work, key), (other, _key) = pictured(), pictured()
    guest = UserFactory(is_guest=True)
    order = paid(claimed(basket_of(work), buyer=guest, is_known=False))
    # Another order of hers, which this browser does not show.
    paid(claimed(basket_of(other), buyer=guest, is_known=False))
    close(work)
    close(other)
    assert "og:image" not in client.get(work.get_absolute_url()).text
    client.get(f"{order.get_absolute_url()}?key={key_of(order.pk, guest)}")
    assert key in client.get(order.get_absolute_url()).text
    assert key in client.get(work.get_absolute_url()).text
    public_store().put(key, b"picture", media_type="image/webp")
    assert client.get(f"/media/{key}").content == b"picture"
    assert "This work is for members of" in client.get(other.get_absolute_url()).text
