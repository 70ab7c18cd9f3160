"""Which addresses the shop may call. Whoever adds an endpoint chooses where our machines connect to: never inwards.

Outside demo and test an endpoint must be https, and every address that its name stands for must be one of the public
internet; that is looked at when it is added and again at every delivery, and the connection goes to the address that
was looked at. Demo and test also call this machine, in plain http.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from marketplace.integrations.errors import AddressRefused, EndpointUrlUnusable
from marketplace.integrations.models import LONGEST_URL

# Addresses that carry one of IPv4 within them: NAT64 (RFC 6052).
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect, and what to ask for there. All ``addresses`` were looked at; the first to answer is taken."""

    is_tls: bool
    host: str
    port: int
    netloc: str
    path: str
    addresses: tuple[str, ...]


def check_url(url: str) -> None:
    """Raises EndpointUrlUnusable, in words for its owner, where ``url`` can be no endpoint."""
    schemes = ["https"] if settings.IN_PRODUCTION else ["https", "http"]
    try:
        if len(url) > LONGEST_URL or not url.isascii():
            raise ValidationError("")
        URLValidator(schemes=schemes)(url)
        parts = urlsplit(url)
        _ = parts.port
    except (ValidationError, ValueError) as error:
        raise EndpointUrlUnusable(_words_for_form(), way_out=_words_for_example()) from error
    if parts.username is not None or parts.fragment:
        raise EndpointUrlUnusable(_words_for_form(), way_out=_words_for_example())
    if settings.IN_PRODUCTION:
        _check_public(parts)


def _words_for_form() -> str:
    return _("An endpoint is a https:// address without a name, a password or a “#” in it.")


def _words_for_example() -> str:
    return _("For example: https://example.org/atelier-webhooks")


def _check_public(parts: SplitResult) -> None:
    try:
        target_of(parts.geturl())
    except OSError as error:
        raise EndpointUrlUnusable(
            _("The name %(host)s is not found.") % {"host": parts.hostname}, way_out=_("Is it written correctly?")
        ) from error
    except AddressRefused as error:
        raise EndpointUrlUnusable(
            _("%(host)s is not on the public internet.") % {"host": parts.hostname},
            way_out=_("Give an address that can be reached from outside."),
        ) from error


def target_of(url: str) -> Target:
    """Where ``url`` leads now. Raises OSError where its name is not found, AddressRefused."""
    parts = urlsplit(url)
    is_tls = parts.scheme == "https"
    host = parts.hostname or ""
    port = parts.port or (443 if is_tls else 80)
    if settings.IN_PRODUCTION and not is_tls:
        raise AddressRefused(url=url)
    addresses = _addresses(host, port)
    if settings.IN_PRODUCTION and not all(is_public(address) for address in addresses):
        raise AddressRefused(host=host)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(is_tls=is_tls, host=host, port=port, netloc=parts.netloc, path=path, addresses=addresses)


def _addresses(host: str, port: int) -> tuple[str, ...]:
    try:
        return (str(ipaddress.ip_address(host)),)
    except ValueError:  # a name, or an address written in an old way, which the system reads
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return tuple(dict.fromkeys(str(address[4][0]) for address in found))


def is_public(address: str) -> bool:
    """Whether ``address`` is one of the public internet, also where it wraps one of IPv4."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        wrapped = _wrapped(ip)
        if wrapped is not None:
            return is_public(str(wrapped))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _wrapped(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if ip.teredo is not None:
        return ip.teredo[1]
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return None
