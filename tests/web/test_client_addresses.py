"""What counts as one address, however proxies write it down."""

import pytest

from backend.web.client_addresses import UNKNOWN, counted_address, trusted_address

HOME = "2001:db8:1:2::/64"


@pytest.mark.parametrize(
    "written, counted",
    [
        ("203.0.113.9", "203.0.113.9"),
        (" 203.0.113.9 ", "203.0.113.9"),
        ("203.0.113.9:5678", "203.0.113.9"),
        ('"203.0.113.9:5678"', "203.0.113.9"),
        ("2001:db8:1:2::7", HOME),
        ("2001:DB8:1:2:ffff:ffff:ffff:ffff", HOME),
        ("2001:0db8:0001:0002:0000:0000:0000:0007", HOME),
        ("[2001:db8:1:2::7]", HOME),
        ("[2001:db8:1:2::7]:443", HOME),
        ('"[2001:db8:1:2::7]:443"', HOME),
        ("2001:db8:1:2::7%eth0", HOME),
        ("[2001:db8:1:2::7%25eth0]:443", HOME),
        ("2001:db8:1:3::7", "2001:db8:1:3::/64"),
        ("::1", "::/64"),
        ("[::1]:443", "::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("::FFFF:cb00:7109", "203.0.113.9"),
        ("[::ffff:203.0.113.9]:80", "203.0.113.9"),
    ],
)
def test_one_visitor_is_one_address(written: str, counted: str):
    assert counted_address(written) == counted


@pytest.mark.parametrize(
    "written",
    [
        "",
        "unknown",
        "_hidden",
        "-",
        "203.0.113",
        "203.0.113.256",
        "203.0.113.9:port",
        "203.0.113.9:123456",
        "203.0.113.9:",
        "0203.0.113.9",
        "²03.0.113.9",
        "2001:db8:::1",
        "[2001:db8::1",
        "[2001:db8::1]x",
        "[2001:db8::1]:",
        "%eth0",
        "shop.example",
        "a\x00b",
        "1" * 5_000,
        "[" * 5_000,
        "2001:db8::1%" + "z" * 5_000,
    ],
)
def test_what_is_no_address_counts_together(written: str):
    assert counted_address(written) == UNKNOWN


@pytest.mark.parametrize(
    "forwarded_for, hops, counted",
    [
        ("198.51.100.1, 203.0.113.9, 192.0.2.80", 2, "203.0.113.9"),
        ("203.0.113.9, 192.0.2.80", 2, "203.0.113.9"),
        ("203.0.113.9,192.0.2.80", 1, "192.0.2.80"),
        ("198.51.100.1, [2001:db8:1:2::7]:443, 192.0.2.80", 2, HOME),
        ("198.51.100.1, nonsense, 192.0.2.80", 2, UNKNOWN),
        (" , , 203.0.113.9, 192.0.2.80", 2, "203.0.113.9"),
    ],
)
def test_the_visitor_is_whom_the_outermost_trusted_proxy_saw(
    forwarded_for: str, hops: int, counted: str
):
    assert trusted_address(forwarded_for, hops, "10.0.0.1") == counted


@pytest.mark.parametrize(
    "forwarded_for, hops",
    [("", 2), ("203.0.113.9", 2), (" , ,", 1), ("203.0.113.9", 0), ("x", -1)],
)
def test_with_fewer_entries_than_proxies_whoever_is_connected_counts(
    forwarded_for: str, hops: int
):
    assert trusted_address(forwarded_for, hops, "10.0.0.1") == "10.0.0.1"
