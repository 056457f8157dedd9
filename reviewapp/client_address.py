"""Say which address a request comes from, also behind a proxy."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

#: Stands for what is no address, a server's Unix socket for instance.
UNKNOWN = "0.0.0.0"  # noqa: S104 - a name here, nothing listens to it
#: What one home or office has of IPv6: addresses within change at will.
_IPV6_PREFIX = 64


def client_address(request: HttpRequest) -> str:
    """Give the address of who asks: of IPv6 the first of its /64 network.

    `X-Forwarded-For` counts only where SECOND_LOOK_PROXIES says that proxies of ours write it, and
    only what the outermost of them wrote: anybody can send the rest.
    """
    n_proxies: int = settings.PROXIES
    header = request.headers.get("X-Forwarded-For", "")
    forwarded = [part for part in header.split(",") if part.strip()]
    if n_proxies and len(forwarded) >= n_proxies:
        return _plain(forwarded[-n_proxies].strip())
    return _plain(request.META.get("REMOTE_ADDR", ""))


def _plain(text: str) -> str:
    """Give an address in one form.

    >>> _plain("192.0.2.7"), _plain("2001:db8:1:2:3:4:5:6"), _plain("::ffff:192.0.2.7"), _plain("x")
    ('192.0.2.7', '2001:db8:1:2::', '192.0.2.7', '0.0.0.0')
    """
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return UNKNOWN
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    network = ipaddress.ip_network((int(found), _IPV6_PREFIX), strict=False)
    return str(network.network_address)
