"""What the settings of the model may be: its address, its key, how it is asked, what it costs, and
the proxies on the way.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from importlib.util import find_spec
from ipaddress import ip_address
from urllib.parse import urlsplit

REASONING_EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
PROXY_SETTINGS = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
OWN_NETWORK = (".local", ".internal", ".lan", ".home.arpa", ".localhost")
PRICE = re.compile(
    r"(?P<model>[^\s=,]{1,100})\s*=\s*(?P<asked>[0-9]{1,5}(?:\.[0-9]{1,6})?)"
    r"\s*/\s*(?P<said>[0-9]{1,5}(?:\.[0-9]{1,6})?)"
)
MOST_DOLLARS = 10_000
MOST_DOLLARS_A_PICTURE = 100
MICRODOLLARS = 1_000_000
# Of a picture, in pixels.
LEAST_SIDE, MOST_SIDE = 64, 4_096


@dataclass(frozen=True, slots=True)
class ModelPrice:
    """US dollars per million tokens, asked and said: so many millionths of a dollar for each."""

    model: str
    asked: Decimal
    said: Decimal

    def cost(self, asked: int, said: int) -> int:
        """Of so many tokens, in microdollars; a part of one counts as one."""
        return math.ceil(self.asked * asked + self.said * said)


def model_address(text: str) -> str:
    """Where Chat Completions are, without their own path."""
    try:
        parts = urlsplit(text)
        is_address = (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.port != 0
        )
    except ValueError:
        is_address = False

    if not is_address or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("must be an address such as https://api.openai.com/v1")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError(
            "must be an address alone: a key goes into OPENAI_API_KEY, api-version into"
            " OPENAI_API_VERSION"
        )

    path = parts.path.rstrip("/")
    if path.endswith(("/completions", "/responses", "/models", "/embeddings")):
        raise ValueError(
            "must end before the path of one call: leave off what follows /v1"
        )

    host = (parts.hostname or "").rstrip(".")
    is_openais = host == "api.openai.com" or host.endswith(".api.openai.com")
    if is_openais and path != "/v1":
        raise ValueError("must end in /v1 at OpenAI, as in https://api.openai.com/v1")
    return text.rstrip("/")


def key_for_header(text: str) -> str:
    """It travels in a header, which takes no other characters."""
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("must be one word of ASCII characters")
    return text


def one_word(text: str) -> str:
    """A name or a version as it may stand in an address."""
    if re.fullmatch(r"[A-Za-z0-9._-]{1,40}", text, re.ASCII) is None:
        raise ValueError("must be one word, such as 2024-10-21")
    return text


def image_size(text: str) -> str:
    """As the images call has it, in pixels."""
    sides = re.fullmatch(r"([1-9][0-9]{1,3})x([1-9][0-9]{1,3})", text, re.ASCII)
    if text != "auto" and (sides is None or not _are_sides(sides[1], sides[2])):
        raise ValueError(
            f"must be auto, or pixels such as 1536x1024, {LEAST_SIDE} to {MOST_SIDE:,} a side"
        )
    return text


def _are_sides(*sides: str) -> bool:
    return all(LEAST_SIDE <= int(side) <= MOST_SIDE for side in sides)


def image_price(text: str) -> int:
    """From US dollars for one picture, in microdollars."""
    is_number = re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,6})?", text, re.ASCII)
    if is_number is None or Decimal(text) > MOST_DOLLARS_A_PICTURE:
        raise ValueError(
            f"must be dollars such as 0.06, up to {MOST_DOLLARS_A_PICTURE}"
        )
    return int(Decimal(text) * MICRODOLLARS)


class WithoutModel(StrEnum):
    """Who answers where no model does."""

    RULES = "rules"
    NOBODY = "nobody"


def without_model(text: str) -> WithoutModel:
    try:
        return WithoutModel(text.lower())
    except ValueError:
        raise ValueError(f"must be one of {', '.join(WithoutModel)}") from None


def reasoning_effort(text: str) -> str:
    if text.lower() not in REASONING_EFFORTS:
        raise ValueError(f"must be one of {', '.join(REASONING_EFFORTS)}")
    return text.lower()


def model_prices(text: str) -> tuple[ModelPrice, ...]:
    """Of each model once."""
    prices: dict[str, ModelPrice] = {}
    wrong = []
    for part in text.split(","):
        price = _read_price(part.strip())
        if price is None or price.model in prices:
            wrong.append(part.strip()[:60])
        else:
            prices[price.model] = price

    if wrong:
        raise ValueError(
            "must list each model once with its dollars per million tokens, as in"
            f" gpt-5-mini=0.25/2.00, up to {MOST_DOLLARS:,}; wrong: {', '.join(wrong)}"
        )
    return tuple(prices.values())


def _read_price(text: str) -> ModelPrice | None:
    match = PRICE.fullmatch(text)
    if match is None:
        return None
    asked, said = Decimal(match["asked"]), Decimal(match["said"])
    return (
        ModelPrice(match["model"], asked, said)
        if max(asked, said) <= MOST_DOLLARS
        else None
    )


def doubts(base_url: str, is_azures: bool) -> list[str]:
    """What about an address may be right, and mostly is not, as sentences."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    path = parts.path.rstrip("/")
    found = []

    if not re.search(r"/v\d|/openai\b", path) and not is_azures:
        found.append(
            "OPENAI_BASE_URL has no /v1 in its path, where most servers have Chat Completions."
        )
    if parts.scheme == "http" and _is_public(host):
        found.append(
            "OPENAI_BASE_URL is http: the key and what people write travel unencrypted."
        )
    lacks_version = not path.endswith("/v1") and not is_azures
    if host.endswith(".openai.azure.com") and lacks_version:
        found.append(
            "OPENAI_BASE_URL is Azure's, which needs OPENAI_API_VERSION, or an address that"
            " ends in /v1."
        )

    return found


def unusable_proxies(environ: Mapping[str, str]) -> list[str]:
    """Proxies that the HTTP client will not even be built with."""
    if "*" in [host.strip() for host in _either(environ, "NO_PROXY").split(",")]:
        return []

    found = []
    for name in PROXY_SETTINGS:
        scheme, has_scheme, _ = _either(environ, name).strip().partition("://")
        if not has_scheme or scheme.lower() in ("http", "https"):
            continue
        if scheme.lower() not in ("socks5", "socks5h"):
            found.append(
                f"{name} names a proxy of a kind that is not supported: use http, https or"
                " socks5."
            )
        elif find_spec("socksio") is None:
            found.append(
                f"{name} names a SOCKS proxy, which needs the package socksio: install it, or"
                " use http."
            )
    return found


def _either(environ: Mapping[str, str], name: str) -> str:
    """Such settings are written small as well."""
    return environ.get(name.lower()) or environ.get(name, "")


def _is_public(host: str) -> bool:
    """Whether a name or an address lies outside of one's own network, as far as it shows."""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith(OWN_NETWORK)
