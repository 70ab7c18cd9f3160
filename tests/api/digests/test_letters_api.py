"""Which letters one gets, by program: each person her own."""

import pytest

from marketplace.digests.models import MailWishes
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/letters"


def change(client, **body):
    return client.patch(URL, body, content_type="application/json")


def test_all_are_off_and_each_is_chosen_alone(client):
    client.force_login(UserFactory())
    assert client.get(URL).json() == {"weekly": False, "releases": False}
    assert not MailWishes.objects.exists()
    assert change(client, weekly=True).json() == {"weekly": True, "releases": False}
    assert change(client, releases=True).json() == {"weekly": True, "releases": True}
    assert MailWishes.objects.get().weekly_next_at is not None
    assert change(client, weekly=False).json() == {"weekly": False, "releases": True}
    assert MailWishes.objects.get().weekly_next_at is None
    assert change(client, releases="perhaps").status_code == 400
    assert client.get(URL).json() == {"weekly": False, "releases": True}


def test_another_member_has_her_own_and_a_stranger_none(client):
    client.force_login(UserFactory())
    change(client, weekly=True)
    client.force_login(UserFactory())
    assert client.get(URL).json() == {"weekly": False, "releases": False}
    client.logout()
    assert client.get(URL).status_code in (401, 403)
    assert change(client, weekly=False).status_code in (401, 403)
    assert MailWishes.objects.get().weekly
