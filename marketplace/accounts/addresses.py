"""Whose request it is, by network address: for limits that count strangers."""

from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest


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
