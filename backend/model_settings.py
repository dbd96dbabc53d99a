"""What the settings of the model may be: its address, its key, how it is asked, and the proxies on
the way.
"""

import re
from collections.abc import Mapping
from importlib.util import find_spec
from ipaddress import ip_address
from urllib.parse import urlsplit

REASONING_EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
PROXY_SETTINGS = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
OWN_NETWORK = (".local", ".internal", ".lan", ".home.arpa", ".localhost")


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


def reasoning_effort(text: str) -> str:
    if text.lower() not in REASONING_EFFORTS:
        raise ValueError(f"must be one of {', '.join(REASONING_EFFORTS)}")
    return text.lower()


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
