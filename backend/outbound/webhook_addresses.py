"""Where a webhook may go: to public hosts over https, so that nobody reaches through us what we
alone can reach.
"""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from backend.errors import DeliveryDelayed, DeliveryRefused
from backend.local_settings import LOOPBACK

MOST_CHARACTERS = 1_000
# They carry an address of the older kind inside, of whatever network.
TUNNELS = tuple(map(ip_network, ("64:ff9b::/32", "2002::/16", "2001::/32", "::/96")))

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """`target` is its path and query. Loopback alone is spoken to without TLS, on a machine that is
    all to itself.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin_host(self) -> str:
        """As the header `Host` has it."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"https": 443, "http": 80}[self.scheme]
        return name if self.port == usual else f"{name}:{self.port}"


def read_address(text: str, on_loopback: bool) -> WebhookAddress:
    """`on_loopback`: whether we are reached on this machine only, as the sample shop's app is.
    Raises ValueError with a sentence.
    """
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"An address may have up to {MOST_CHARACTERS:,} characters")
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise ValueError("Enter an address such as https://example.com/hooks") from None

    is_written = text.isascii() and text.isprintable() and not set(text) & set(' \\"<>')
    if not host or port == 0 or not is_written:
        raise ValueError("Enter an address such as https://example.com/hooks")
    if parts.username is not None or parts.password is not None:
        raise ValueError("Enter an address without a name and password")

    is_here = on_loopback and host in LOOPBACK
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise ValueError("Enter an address that begins with https://")
    if not is_here and (host in LOOPBACK or _is_private_literal(host)):
        raise ValueError("Enter an address that anybody can reach")

    query = f"?{parts.query}" if parts.query else ""
    usual = 443 if parts.scheme == "https" else 80
    return WebhookAddress(
        parts.scheme, host, port or usual, f"{parts.path or '/'}{query}"
    )


def resolve(address: WebhookAddress, on_loopback: bool) -> str:
    """An address to connect to, looked up now: names may have moved since they were saved. Raises
    DeliveryRefused when any of them is not public, DeliveryDelayed when there is none.
    """
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise DeliveryDelayed("unknown_host") from error

    numbers = [ip_address(str(place[4][0]).partition("%")[0]) for place in found]
    may_be_here = on_loopback and address.host in LOOPBACK
    for number in numbers:
        if not (is_public(number) or may_be_here and number.is_loopback):
            raise DeliveryRefused("not_public")
    if not numbers:
        raise DeliveryDelayed("unknown_host")
    return str(numbers[0])


def is_public(number: Address) -> bool:
    if isinstance(number, IPv6Address):
        if number.ipv4_mapped is not None:
            return is_public(number.ipv4_mapped)
        if any(number in tunnel for tunnel in TUNNELS):
            return False
    return number.is_global and not number.is_multicast and not number.is_reserved


def _is_private_literal(host: str) -> bool:
    try:
        return not is_public(ip_address(host))
    except ValueError:
        return False
