"""Many at once, in real processes on real transactions."""

import pytest

from marketplace.licensing.models import LicenceGrant, LicenceHold
from tests.billing.processes import at_once
from tests.factories.accounts import UserFactory
from tests.factories.licensing import offer_of, work_on_sale

pytestmark = pytest.mark.django_db(transaction=True)


def test_sixty_four_ask_for_one_hold():
    work = work_on_sale()
    codes = at_once("tests.licensing.calls:hold", {"work": str(work.pk)}, processes=4, threads=16)
    assert sorted(set(codes)) == ["ok", "work_held"]
    assert codes.count("ok") == 1
    assert LicenceHold.objects.filter(work=work, released_at=None).count() == 1


def test_sixty_four_exclusive_grants_are_one():
    work = work_on_sale()
    offers = [str(offer_of(work, "exclusive").pk)]
    codes = at_once(
        "tests.licensing.calls:buy", {"offers": offers, "holder": str(UserFactory().pk)}, processes=4, threads=16
    )
    assert (codes.count("ok"), codes.count("sold_exclusively")) == (1, 63)
    assert LicenceGrant.objects.count() == 1


def test_ordinary_grants_never_follow_the_exclusive_one():
    work = work_on_sale()
    offers = [str(offer_of(work, code).pk) for code in ("personal", "exclusive", "commercial")]
    codes = at_once(
        "tests.licensing.calls:buy", {"offers": offers, "holder": str(UserFactory().pk)}, processes=2, threads=12
    )
    assert set(codes) <= {"ok", "sold_exclusively"}
    grants = list(LicenceGrant.objects.order_by("granted_at"))
    assert len(grants) == codes.count("ok")
    assert [grant.is_exclusive for grant in grants].count(True) == 1
    assert grants[-1].is_exclusive


def test_one_order_line_paid_many_times_at_once_is_one_grant():
    work = work_on_sale()
    offers = [str(offer_of(work, "personal").pk)]
    codes = at_once(
        "tests.licensing.calls:buy",
        {"offers": offers, "holder": str(UserFactory().pk), "line": "order_line:same"},
        processes=2,
        threads=8,
    )
    assert set(codes) == {"ok"}
    assert LicenceGrant.objects.count() == 1
