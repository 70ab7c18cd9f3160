"""The administrators' lists of bundles and referrals: staff alone, to look at."""

import pytest

from marketplace.orders.services import referral_link_of
from tests.factories.accounts import UserFactory
from tests.factories.licensing import work_on_sale
from tests.orders.test_bundles import bundle_of
from tests.orders.test_referrals import bought_by_link

pytestmark = pytest.mark.django_db


def test_staff_looks_and_changes_nothing(client):
    bundle = bundle_of(1000, 2000)
    link = referral_link_of(user=UserFactory())
    bought_by_link(link, work_on_sale())
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    for name, shown in (("bundle", "Sea and sky"), ("referrallink", link.code), ("referralreward", "$0.98")):
        assert shown in client.get(f"/admin/orders/{name}/").text
        assert client.get(f"/admin/orders/{name}/add/").status_code == 403
    assert client.post(f"/admin/orders/bundle/{bundle.pk}/change/", {"title": "Other"}).status_code == 403
    assert "personal" in client.get(f"/admin/orders/bundle/{bundle.pk}/change/").text
    client.force_login(UserFactory())
    assert client.get("/admin/orders/bundle/").status_code == 302
