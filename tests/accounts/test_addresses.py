"""Strangers behind our proxies are told apart, and none can choose whom she counts as."""

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from rest_framework.throttling import SimpleRateThrottle

from marketplace.accounts.adapter import AccountAdapter
from marketplace.accounts.addresses import client_address
from marketplace.moderation.models import Report
from tests.factories.catalog import WorkFactory

PROXY = "10.0.0.2"


@pytest.fixture
def behind(settings, monkeypatch):
    """Sets the number of trusted proxies, as a start with that setting would."""

    def set_number(number: int) -> None:
        monkeypatch.setattr(settings.CONFIGURATION, "atelier_trusted_proxies", number)

    return set_number


def request_from(told: str | None, *, peer: str = PROXY):
    headers = {} if told is None else {"HTTP_X_FORWARDED_FOR": told}
    return RequestFactory().get("/", REMOTE_ADDR=peer, **headers)


@pytest.mark.parametrize(
    ("proxies", "told", "address"),
    [
        (0, None, PROXY),
        (0, "198.51.100.1", PROXY),
        (1, None, PROXY),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (2, "203.0.113.9, 198.51.100.1, 192.0.2.7", "198.51.100.1"),
        (2, "198.51.100.1", "198.51.100.1"),
        (1, "198.51.100.1:4711", "198.51.100.1"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "2001:DB8:0::1", "2001:db8::1"),
        (1, "::ffff:198.51.100.1", "198.51.100.1"),
        (1, "unknown", PROXY),
        (1, " , ", PROXY),
    ],
)
def test_the_entry_of_the_outermost_proxy_of_ours_counts(behind, proxies: int, told: str | None, address: str):
    behind(proxies)
    request = request_from(told)
    assert client_address(request) == address
    assert AccountAdapter(request).get_client_ip(request) == address


def test_without_any_address_allauth_refuses_and_a_report_has_none(behind):
    request = request_from(None, peer="")
    assert client_address(request) == ""
    with pytest.raises(PermissionDenied):
        AccountAdapter(request).get_client_ip(request)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/works/{}/report", "/api/v1/works/{}/reports"])
def test_strangers_behind_a_proxy_report_the_same_work_each_for_herself(client, behind, path: str):
    behind(1)
    work = WorkFactory()
    for told in ("198.51.100.1", "198.51.100.2", "203.0.113.9, 198.51.100.2"):
        client.post(path.format(work.pk), {"reason": "hateful", "details": told}, headers={"X-Forwarded-For": told})
    # The third only pretends to be another one, so her newer words take the place of her first.
    assert set(Report.objects.values_list("details", flat=True)) == {"198.51.100.1", "203.0.113.9, 198.51.100.2"}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/works/{}/report", "/api/v1/works/{}/reports"])
def test_five_reports_an_hour_are_for_each_stranger_and_not_for_the_site(client, behind, path: str):
    behind(1)
    for number in range(7):
        told = f"203.0.113.{number}, 198.51.100.1"
        client.post(path.format(WorkFactory().pk), {"reason": "hateful"}, headers={"X-Forwarded-For": told})
    assert Report.objects.count() == 5
    client.post(path.format(WorkFactory().pk), {"reason": "hateful"}, headers={"X-Forwarded-For": "198.51.100.2"})
    assert Report.objects.count() == 6


@pytest.mark.django_db
def test_failed_sign_ins_of_one_stranger_do_not_lock_out_another(client, behind):
    behind(1)
    cache.clear()

    def sign_in(number: int, address: str) -> str:
        return client.post(
            "/accounts/login/",
            {"login": f"nobody{number}@example.org", "password": "wrong-password"},
            headers={"X-Forwarded-For": address},
        ).text

    said = [sign_in(number, f"203.0.113.{number}, 198.51.100.1") for number in range(12)]
    assert "Too many failed" not in said[0]
    assert "Too many failed" in said[-1]
    assert "Too many failed" not in sign_in(99, "198.51.100.2")
    cache.clear()


def test_throttles_of_the_api_ignore_the_header_unless_proxies_are_trusted():
    # The tests' own start trusts none, so a visitor's own header must not make her another visitor.
    ident = SimpleRateThrottle.get_ident
    assert ident(None, request_from("198.51.100.1")) == PROXY  # type: ignore[arg-type]
