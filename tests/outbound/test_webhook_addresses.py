"""Where a webhook may go: anywhere that is public, and nowhere else, whatever it is called."""

import socket
from ipaddress import ip_address

import pytest

from backend.errors import DeliveryDelayed, DeliveryRefused
from backend.outbound.webhook_addresses import is_public, read_address, resolve

PRIVATE = """
127.0.0.1 127.8.8.8 0.0.0.0 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254
100.64.0.1 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1 240.0.0.1
255.255.255.255 :: ::1 fc00::1 fd12:3456::1 fe80::1 ff02::1 2001:db8::1 ::ffff:127.0.0.1
::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b::a00:1 2002:7f00:1::
2002:a00:1::1 2001:0:7f00:1:: ::7f00:1
"""
PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946"]


@pytest.mark.parametrize("number", PRIVATE.split())
def test_what_only_some_can_reach_is_not_public(number: str) -> None:
    assert not is_public(ip_address(number))


@pytest.mark.parametrize("number", PUBLIC)
def test_what_anybody_can_reach_is_public(number: str) -> None:
    assert is_public(ip_address(number))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com/hooks",
        "http://example.com/hooks",
        "ftp://example.com/",
        "gopher://example.com/",
        "https://",
        "https://user:word@example.com/",
        "https://@example.com/",
        "https://example.com:0/",
        "https://example.com:99999/",
        "https://exa mple.com/",
        "https://example.com/\r\nX: y",
        "https://bücher.example/",
        "https://example.com\\@127.0.0.1/",
        "https://localhost/hooks",
        "https://LOCALHOST./hooks",
        "http://127.0.0.1:3000/hooks",
        "https://127.0.0.1/hooks",
        "https://[::1]/hooks",
        "https://169.254.169.254/latest",
        "https://[::ffff:10.0.0.1]/",
        "https://example.com/" + "x" * 1_000,
    ],
)
def test_what_is_no_address_for_a_webhook_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"[Aa]n address"):
        read_address(text, on_loopback=False)


def test_an_address_keeps_its_parts() -> None:
    address = read_address("https://Example.com:8443/a/b?c=d#e", on_loopback=False)

    assert (address.host, address.port, address.target) == (
        "example.com",
        8443,
        "/a/b?c=d",
    )
    assert address.origin_host == "example.com:8443"
    assert read_address("https://example.com", False).origin_host == "example.com"


def test_loopback_is_for_a_machine_that_is_all_to_itself() -> None:
    address = read_address("http://127.0.0.1:3000/hooks", on_loopback=True)
    assert resolve(address, on_loopback=True) == "127.0.0.1"

    with pytest.raises(DeliveryRefused):
        resolve(address, on_loopback=False)
    with pytest.raises(ValueError, match="https"):
        read_address("http://example.com/", on_loopback=True)


@pytest.mark.parametrize(
    "found",
    [["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["fe80::1%eth0"], ["::1"]],
    ids=str,
)
def test_a_name_that_leads_inside_is_refused_when_it_is_sent(
    monkeypatch: pytest.MonkeyPatch, found: list[str]
) -> None:
    answer_with(monkeypatch, found)
    address = read_address("https://rebinding.example/", on_loopback=True)

    with pytest.raises(DeliveryRefused) as refused:
        resolve(address, on_loopback=True)
    assert refused.value.because == "not_public"


def test_a_name_that_nobody_has_may_be_there_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer_with(monkeypatch, None)

    with pytest.raises(DeliveryDelayed) as delayed:
        resolve(read_address("https://gone.example/", False), on_loopback=False)
    assert not isinstance(delayed.value, DeliveryRefused)


def answer_with(monkeypatch: pytest.MonkeyPatch, found: list[str] | None) -> None:
    def look_up(host: str, port: int, **_how: object) -> list[tuple[object, ...]]:
        if found is None:
            raise socket.gaierror
        return [(0, 0, 0, "", (number, port)) for number in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
