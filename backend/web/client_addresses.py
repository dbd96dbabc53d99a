"""Which address a limit counts. Whoever has one IPv6 address has its whole /64: that is one."""

from collections.abc import Sequence
from ipaddress import IPv6Address, IPv6Network, ip_address

# An IPv6 address in brackets, with a zone and a port, is shorter.
MOST_CHARACTERS = 100
# All that is no address counts together.
UNKNOWN = "unknown"


def counted_address(text: str) -> str:
    """An IPv4 address, the /64 of an IPv6 one, or UNKNOWN; without port, brackets and zone."""
    try:
        without_port = _without_port(text.strip().strip('"'))
        address = ip_address(without_port.partition("%")[0])
    except ValueError:
        return UNKNOWN

    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((address, 64), strict=False))


def trusted_address(forwarded_for: str, hops: int, peer: str) -> str:
    """What the outermost of `hops` trusted proxies saw; what stands before it anybody may have
    written.

    With fewer entries than proxies nobody knows who has written them, and whoever is connected to
    us counts.
    """
    seen = _split_entries(forwarded_for)
    if 0 < hops <= len(seen):
        return counted_address(seen[-hops])
    return counted_address(peer)


def _split_entries(forwarded_for: str) -> Sequence[str]:
    entries = map(str.strip, forwarded_for.split(","))
    return list(filter(None, entries))


def _without_port(text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        raise ValueError("too long for an address")

    if text.startswith("["):
        inside, closed, port = text[1:].partition("]")
        if not closed or port and not _is_port(port):
            raise ValueError("not an address in brackets")
        return inside

    host, colon, port = text.partition(":")
    if colon and "." in host and _is_port(colon + port):
        return host
    return text


def _is_port(text: str) -> bool:
    number = text[1:]
    return (
        text.startswith(":")
        and number.isascii()
        and number.isdigit()
        and len(number) < 6
    )
