"""Whose request it is, by network address: for limits that count strangers, and, shortened, for logs."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

from marketplace.accounts.devices import device_of

LONGEST_USER_AGENT = 200


def client_address(request: HttpRequest) -> str:
    """The network address of the visitor, as the outermost proxy of ours saw it; empty where nobody knows it.

    With ATELIER_TRUSTED_PROXIES=n it is the n-th entry of X-Forwarded-For from the right: each of our proxies has added
    one, and whatever stands left of them the visitor may have written herself. Without proxies the header is ignored.
    """
    trusted = settings.CONFIGURATION.atelier_trusted_proxies
    told = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if trusted and told:
        # Fewer entries than proxies: the request came in behind the outer ones, past them.
        address = _normal(told[-min(trusted, len(told))])
        if address:
            return address
    return _normal(request.META.get("REMOTE_ADDR", ""))


def _normal(told: str) -> str:
    """One writing per address, so that one visitor is not counted as two; empty for what is no address."""
    if told.startswith("["):  # [2001:db8::1]:443
        told = told[1:].partition("]")[0]
    elif told.count(":") == 1:  # 192.0.2.1:443
        told = told.partition(":")[0]
    try:
        address = ip_address(told)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return str(address)


def network_of(address: str) -> str:
    """The network that ``address`` is in (/24, or /48 of IPv6): enough to see a pattern, too little to name a home."""
    if not address:
        return ""
    found = ip_address(address)
    return str(ip_network((found, 48 if isinstance(found, IPv6Address) else 24), strict=False))


@dataclass(frozen=True, slots=True)
class Visit:
    """What a request tells of its maker and a log may keep: the shortened network, the browser's own words, and a
    digest of its device cookie.
    """

    network: str = ""
    user_agent: str = ""
    device: str = ""


def visit_of(request: HttpRequest) -> Visit:
    """The visit that ``request`` is."""
    return Visit(
        network=network_of(client_address(request)),
        user_agent=request.META.get("HTTP_USER_AGENT", "")[:LONGEST_USER_AGENT],
        device=device_of(request),
    )
