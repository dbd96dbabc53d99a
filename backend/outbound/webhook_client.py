"""Sends what is signed to addresses of the merchant's: no redirect is followed, and nothing is read
of the answer but how it begins.
"""

import hmac
from collections.abc import Mapping
from hashlib import sha256

import gevent
import httpx2

from backend.errors import DeliveryDelayed, DeliveryRefused
from backend.outbound.webhook_addresses import WebhookAddress, resolve

SECONDS = 5
MOST_BYTES = 16 * 1_024
SIGNATURE = "Flux-Chat-Signature"
GONE = 410


def sign(secret: str, at: int, body: bytes) -> str:
    """`at` is in seconds since 1970. What is signed is `<at>.<body>`."""
    signed = str(at).encode() + b"." + body
    digest = hmac.new(secret.encode(), signed, sha256).hexdigest()
    return f"t={at},v1={digest}"


def send_webhook(
    address: WebhookAddress, body: bytes, headers: Mapping[str, str], on_loopback: bool
) -> None:
    """Returns once it was answered with a 2xx. Raises DeliveryDelayed, DeliveryRefused."""
    if len(body) > MOST_BYTES:
        raise DeliveryRefused("too_long")

    with gevent.Timeout(SECONDS, DeliveryDelayed("slow")):
        number = resolve(address, on_loopback)
        status = _post(address, number, body, headers)
    _judge(status)


def _post(
    address: WebhookAddress, number: str, body: bytes, headers: Mapping[str, str]
) -> int:
    """To the very address that was looked at, under the name that was asked for."""
    place = f"[{number}]" if ":" in number else number
    url = f"{address.scheme}://{place}:{address.port}{address.target}"
    sent = {
        "Host": address.origin_host,
        "Content-Type": "application/json",
        "User-Agent": "Flux-Chat",
        **headers,
    }
    extensions = {"sni_hostname": address.host}

    try:
        with (
            # Proxies of the environment would look the name up once more.
            httpx2.Client(timeout=SECONDS, trust_env=False) as client,
            client.stream(
                "POST", url, content=body, headers=sent, extensions=extensions
            ) as response,
        ):
            return response.status_code
    except httpx2.TimeoutException as error:
        raise DeliveryDelayed("slow") from error
    except (httpx2.TransportError, httpx2.InvalidURL) as error:
        raise DeliveryDelayed("unreachable") from error


def _judge(status: int) -> None:
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise DeliveryRefused("redirected")
    if status == GONE:
        raise DeliveryRefused("gone")
    raise DeliveryDelayed(f"answered_{status}")
