"""Which addresses can be endpoints: nothing inwards, and nothing that is no plain https address."""

import pytest

from marketplace.integrations.addresses import check_url, is_public, target_of
from marketplace.integrations.errors import AddressRefused, EndpointUrlUnusable


@pytest.mark.parametrize(
    "inward",
    [
        *(
            "127.0.0.1",
            "127.8.8.8",
            "10.1.2.3",
            "172.16.0.9",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
        ),
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1"),
        # addresses of IPv4 within others: mapped, 6to4, NAT64
        *(
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "2002:7f00:1::",
            "2002:a9fe:a9fe::1",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
        ),
    ],
)
def test_inward_addresses_are_not_public(inward):
    assert not is_public(inward)


@pytest.mark.parametrize("outside", ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "64:ff9b::101:101"])
def test_others_are(outside):
    assert is_public(outside)


@pytest.mark.parametrize(
    "url",
    [
        *("", "hooks", "ftp://example.org/x", "//example.org", "https://", "https://exa mple.org", "https:///x"),
        *(
            "https://me:secret@example.org/x",
            "https://example.org/x#part",
            "https://example.org:99999/",
            "https://例.org/",
        ),
        *("https://example.org/山", "https://example.org/" + "x" * 500, "javascript:alert(1)"),
    ],
)
def test_what_is_no_plain_address_is_refused_everywhere(url):
    with pytest.raises(EndpointUrlUnusable):
        check_url(url)


def test_demo_and_test_take_plain_http_on_this_machine():
    check_url("http://127.0.0.1:9/hooks")
    check_url("http://localhost/hooks?of=mine")


@pytest.mark.parametrize(
    "url",
    [
        *(
            "https://127.0.0.1/x",
            "https://localhost/x",
            "https://[::1]/x",
            "https://10.0.0.8/",
            "https://169.254.169.254/",
        ),
        *("https://[::ffff:127.0.0.1]/", "https://0.0.0.0/", "https://127.0.0.1:8000/admin/"),
    ],
)
def test_production_refuses_what_leads_inwards(settings, url):
    settings.IN_PRODUCTION = True
    with pytest.raises(EndpointUrlUnusable, match="not on the public internet"):
        check_url(url)
    with pytest.raises(AddressRefused):
        target_of(url)


def test_production_refuses_plain_http(settings):
    settings.IN_PRODUCTION = True
    with pytest.raises(EndpointUrlUnusable):
        check_url("http://1.1.1.1/x")
    with pytest.raises(AddressRefused):
        target_of("http://1.1.1.1/x")


def test_production_takes_a_public_address(settings):
    settings.IN_PRODUCTION = True
    check_url("https://1.1.1.1/x")
    target = target_of("https://1.1.1.1:8443/x?y=1")
    assert (target.addresses, target.port, target.path, target.is_tls) == (("1.1.1.1",), 8443, "/x?y=1", True)
