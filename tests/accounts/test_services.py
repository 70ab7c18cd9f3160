from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection

from marketplace.accounts.errors import HandleInvalid, HandleTaken, StorefrontOpenedAlready
from marketplace.accounts.models import Artist, User
from marketplace.accounts.services import open_storefront
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_a_storefront_opens_under_its_handle():
    artist = open_storefront(user=UserFactory(), handle=" Mei-Lin ", name="Mei Lin")
    assert (artist.handle, artist.get_absolute_url()) == ("mei-lin", "/@mei-lin")


def test_a_person_opens_one():
    user = UserFactory()
    open_storefront(user=user, handle="first", name="F")
    with pytest.raises(StorefrontOpenedAlready):
        open_storefront(user=user, handle="second", name="S")
    assert Artist.objects.filter(user=user).count() == 1


@pytest.mark.parametrize("handle", ["taken", "TAKEN", "admin"])
def test_a_handle_is_given_once_and_reserved_ones_never(handle):
    open_storefront(user=UserFactory(), handle="taken", name="F")
    with pytest.raises(HandleTaken):
        open_storefront(user=UserFactory(), handle=handle, name="S")


@pytest.mark.parametrize("handle", ["", "a", "-ab", "a b", "日落", "x" * 41])
def test_a_handle_that_cannot_be_an_address(handle):
    with pytest.raises(HandleInvalid):
        open_storefront(user=UserFactory(), handle=handle, name="S")


def test_an_email_has_one_account_whatever_its_case():
    UserFactory(email="Mei@Example.org")
    with pytest.raises(IntegrityError):
        User.objects.create_user("mei@example.ORG", "x")


@pytest.mark.django_db(transaction=True)
def test_twice_at_once_opens_one():
    user = UserFactory()

    def attempt(number):
        try:
            open_storefront(user=user, handle=f"handle-{number}", name="N")
        except StorefrontOpenedAlready:
            return "opened already"
        else:
            return "opened"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(8)))
    assert sorted(answers) == ["opened", *["opened already"] * 7]
    assert Artist.objects.filter(user=user).count() == 1
