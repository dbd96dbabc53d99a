"""One frozen Config, read from the environment and `.env`. Every key has a sentence; all problems
are told at once.
"""

import base64
import binascii
import os
import ssl
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Self
from urllib.parse import urlsplit

from backend import local_settings, logs, mail_settings, model_settings

LOOPBACK = local_settings.LOOPBACK


class ConfigError(Exception):
    """The environment is not usable; the text lists every problem, one a line."""


def whole_number(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        number = int(text) if text.isascii() and text.isdigit() else None
        if number is None or not least <= number <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return number

    return parse


def database_address(text: str) -> str:
    """SQLAlchemy's form; the short `postgres://` that hosts hand out means the same."""
    scheme, found, rest = text.partition("://")
    if not found:
        raise ValueError("must be a database URL such as sqlite:///var/flux-chat.db")
    if scheme in ("postgres", "postgresql"):
        return f"postgresql+psycopg://{rest}"
    return text


def public_address(text: str) -> str:
    parts = urlsplit(text)
    if not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(
            "must be an address such as https://chat.example.com, without a path"
        )
    if parts.scheme != "https" and not (
        parts.scheme == "http" and parts.hostname in LOOPBACK
    ):
        raise ValueError("must be https (http only on loopback)")
    return text.rstrip("/")


def graph_address(text: str) -> str:
    """With a path, other than `public_address`."""
    parts = urlsplit(text)
    if not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError("must be an address such as https://graph.facebook.com/v23.0")
    if parts.scheme != "https" and not (
        parts.scheme == "http" and parts.hostname in LOOPBACK
    ):
        raise ValueError("must be https (http only on loopback)")
    return text.rstrip("/")


def redis_address(text: str) -> str:
    if not text.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("must begin with redis:// or, for TLS, rediss://")
    return text


def certificate_file(text: str) -> str:
    try:
        ssl.create_default_context(cafile=text)
    except (OSError, ValueError):
        raise ValueError(
            "must name a file with certificates (PEM) that can be read"
        ) from None
    return text


def yes_or_no(text: str) -> bool:
    if text.lower() not in ("yes", "no"):
        raise ValueError("must be yes or no")
    return text.lower() == "yes"


def encryption_keys(text: str) -> tuple[bytes, ...]:
    return tuple(_key(part.strip()) for part in text.split(",") if part.strip())


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise ValueError("must be comma-separated base64 of 32 bytes each")
    return key


def log_level(text: str) -> str:
    if text.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
    return text.upper()


def setting(
    name: str,
    sentence: str,
    parse: Callable[[str], Any] = str,
    default: Any = MISSING,
    secret: bool = False,
) -> Any:
    about = {"name": name, "sentence": sentence, "parse": parse}
    return field(default=default, metadata=about, repr=not secret)


@dataclass(frozen=True, kw_only=True)
class Config:
    """What the environment says. Times are seconds unless the name says otherwise."""

    database_url: str = setting(
        "DATABASE_URL",
        "Where everything is kept: SQLite, or PostgreSQL for more than one process.",
        database_address,
        "sqlite:///var/flux-chat.db",
        secret=True,
    )
    redis_url: str = setting(
        "REDIS_URL",
        "Live events, cache and limits for more than one process; empty keeps them in memory.",
        redis_address,
        default="",
        secret=True,
    )
    redis_ca_file: str = setting(
        "REDIS_CA_FILE",
        "Certificates (PEM) that a rediss:// address is checked with, where it is signed by"
        " none that is known.",
        certificate_file,
        default="",
    )
    redis_tls_verify: bool = setting(
        "REDIS_TLS_VERIFY",
        "no trusts whatever certificate Redis shows over rediss://; for hosts that sign their"
        " own, such as Heroku.",
        yes_or_no,
        default=True,
    )
    shopify_api_key: str = setting("SHOPIFY_API_KEY", "The app's client id.")
    shopify_api_secret: str = setting(
        "SHOPIFY_API_SECRET",
        "The app's client secret; Shopify signs with it.",
        secret=True,
    )
    shopify_api_secret_old: str = setting(
        "SHOPIFY_API_SECRET_OLD",
        "The secret before a rotation, still accepted while it is set.",
        default="",
        secret=True,
    )
    host: str = setting(
        "HOST",
        "This back end's public address; https, or http on loopback.",
        public_address,
    )
    port: int = setting("PORT", "The port to listen on.", whole_number(1, 65535), 8000)
    shopify_origin: str = setting(
        "SHOPIFY_ORIGIN",
        "Where a shop's Admin API lives; {shop} is its domain.",
        default="https://{shop}",
    )
    shopify_admin_origin: str = setting(
        "SHOPIFY_ADMIN_ORIGIN",
        "The admin that may frame the merchant's pages, besides the shop itself.",
        default="https://admin.shopify.com",
    )
    shopify_cdn: str = setting(
        "SHOPIFY_CDN",
        "Where the merchant's pages load App Bridge and Polaris from.",
        default="https://cdn.shopify.com",
    )
    openai_api_key: str = setting(
        "OPENAI_API_KEY",
        "The model's key; without it the chat answers by rules, from the store's own data.",
        model_settings.key_for_header,
        "",
        secret=True,
    )
    openai_base_url: str = setting(
        "OPENAI_BASE_URL",
        "Any server that speaks Chat Completions; the address mostly ends in /v1.",
        model_settings.model_address,
        "https://api.openai.com/v1",
    )
    openai_model: str = setting(
        "OPENAI_MODEL",
        "The model's name; at Azure that of its deployment.",
        default="gpt-5-mini",
    )
    openai_api_version: str = setting(
        "OPENAI_API_VERSION",
        "Azure's api-version; set, the model is asked at Azure's address for a deployment, with"
        " its form of the key.",
        model_settings.one_word,
        "",
    )
    openai_image_model: str = setting(
        "OPENAI_IMAGE_MODEL",
        "The model that paints pictures for posts, such as gpt-image-1, behind the same key and"
        " address; empty paints none.",
        default="",
    )
    openai_image_size: str = setting(
        "OPENAI_IMAGE_SIZE",
        "How large it paints, in pixels.",
        model_settings.image_size,
        "1536x1024",
    )
    # In microdollars, as budgets are.
    openai_image_price: int | None = setting(
        "OPENAI_IMAGE_PRICE",
        "What a picture costs in US dollars, such as 0.06; set, it counts towards the merchants'"
        " budgets in dollars.",
        model_settings.image_price,
        None,
    )
    facebook_graph_url: str = setting(
        "FACEBOOK_GRAPH_URL",
        "Where Facebook's Graph API is, with its version.",
        graph_address,
        "https://graph.facebook.com/v23.0",
    )
    without_model: str = setting(
        "WITHOUT_MODEL",
        "Who answers where no model does: rules, from the store's own data, or nobody.",
        model_settings.without_model,
        model_settings.WithoutModel.RULES,
    )
    model_reasoning_effort: str = setting(
        "MODEL_REASONING_EFFORT",
        "How much a model reasons: none, minimal, low, medium, high, xhigh or max; empty leaves"
        " it to the model.",
        model_settings.reasoning_effort,
        "",
    )
    model_max_tokens: int | None = setting(
        "MODEL_MAX_TOKENS",
        "What a reply may cost, reasoning included; empty leaves it to the model.",
        whole_number(1, 1_000_000),
        None,
    )
    model_prices: tuple[model_settings.ModelPrice, ...] = setting(
        "MODEL_PRICES",
        "What models cost in US dollars per million tokens, asked/said, such as 0.25/2.00; with the"
        " model's price merchants may set budgets in dollars. docs/operations.md has the form.",
        model_settings.model_prices,
        (),
    )
    model_first_seconds: int = setting(
        "MODEL_FIRST_SECONDS",
        "How long the model may be silent, without any byte, before its first words.",
        whole_number(1, 600),
        45,
    )
    model_gap_seconds: int = setting(
        "MODEL_GAP_SECONDS",
        "How long it may be silent, without any byte, after that.",
        whole_number(1, 600),
        15,
    )
    turn_seconds: int = setting(
        "TURN_SECONDS",
        "How long an answer may take, all attempts together.",
        whole_number(5, 600),
        60,
    )
    encryption_keys: tuple[bytes, ...] = setting(
        "ENCRYPTION_KEYS",
        "Comma-separated base64 of 32 bytes each; the first encrypts, all decrypt. Needed to"
        " install the app.",
        encryption_keys,
        (),
        secret=True,
    )
    smtp_url: str = setting(
        "SMTP_URL",
        "The mail server, and who mails come from; docs/operations.md has the form. Empty sends no"
        " mail.",
        mail_settings.mail_address,
        "",
        secret=True,
    )
    session_idle_seconds: int = setting(
        "SESSION_IDLE_SECONDS",
        "A session this long without a message leaves the cache.",
        whole_number(1, 2_592_000),
        1_800,
    )
    session_expiry_seconds: int = setting(
        "SESSION_EXPIRY_SECONDS",
        "A session this long without a message is closed.",
        whole_number(1, 2_592_000),
        86_400,
    )
    retention_days: int = setting(
        "RETENTION_DAYS",
        "Closed conversations are deleted after this.",
        whole_number(1, 730),
        90,
    )
    turn_lease_seconds: int = setting(
        "TURN_LEASE_SECONDS",
        "How long a silent process keeps a turn before another takes it.",
        whole_number(1, 60),
        8,
    )
    database_timeout_ms: int = setting(
        "DATABASE_TIMEOUT_MS",
        "How long PostgreSQL may be silent, in milliseconds, before it counts as away.",
        whole_number(100, 30_000),
        2_500,
    )
    trusted_hops: int = setting(
        "TRUSTED_HOPS",
        "How many proxies, Shopify's included, append to X-Forwarded-For before a forwarded"
        " request arrives here.",
        whole_number(0, 10),
        2,
    )
    session_messages_per_minute: int = setting(
        "SESSION_MESSAGES_PER_MINUTE",
        "Messages that one session may send a minute.",
        whole_number(1, 1_000_000),
        30,
    )
    address_messages_per_minute: int = setting(
        "ADDRESS_MESSAGES_PER_MINUTE",
        "Messages that one client address may send a minute.",
        whole_number(1, 1_000_000),
        300,
    )
    shop_messages_per_minute: int = setting(
        "SHOP_MESSAGES_PER_MINUTE",
        "Messages that one shop may receive a minute.",
        whole_number(1, 1_000_000),
        3_000,
    )
    request_head_seconds: int = setting(
        "REQUEST_HEAD_SECONDS",
        "A request's head that has not arrived whole within this ends its connection.",
        whole_number(1, 120),
        10,
    )
    request_body_seconds: int = setting(
        "REQUEST_BODY_SECONDS",
        "A request's body that has not arrived whole within this is refused.",
        whole_number(1, 120),
        15,
    )
    session_open_requests: int = setting(
        "SESSION_OPEN_REQUESTS",
        "Streams, and as many long polls, that one session may hold open; the newest wins.",
        whole_number(1, 100_000),
        8,
    )
    address_open_requests: int = setting(
        "ADDRESS_OPEN_REQUESTS",
        "Streams, and as many long polls, that one client address may hold open in a process.",
        whole_number(1, 100_000),
        400,
    )
    shop_open_requests: int = setting(
        "SHOP_OPEN_REQUESTS",
        "Streams, and as many long polls, that one shop may hold open in a process.",
        whole_number(1, 100_000),
        1_500,
    )
    process_open_requests: int = setting(
        "PROCESS_OPEN_REQUESTS",
        "Streams, and as many long polls, that one process holds open in all.",
        whole_number(1, 100_000),
        2_000,
    )
    web_concurrency: int = setting(
        "WEB_CONCURRENCY",
        "How many web processes to start; more than one needs Redis.",
        whole_number(1, 64),
        1,
    )
    log_level: str = setting(
        "LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR.", log_level, "INFO"
    )

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Pure. Raises ConfigError with all problems, so that one restart is enough."""
        values, problems = cls.read_values(environ)
        if not problems:
            config = cls(**values)
            problems = config.contradictions() + model_settings.unusable_proxies(
                environ
            )
        if problems:
            raise ConfigError("\n".join(problems))
        return config

    @classmethod
    def read_values(
        cls, environ: Mapping[str, str]
    ) -> tuple[dict[str, Any], list[str]]:
        """What is set and usable, by the names of our fields, and a sentence for whatever is
        missing or wrong.
        """
        values: dict[str, Any] = {}
        problems = []

        for key in fields(cls):
            name, sentence = key.metadata["name"], key.metadata["sentence"]
            text = environ.get(name, "").strip()
            if not text:
                if key.default is MISSING:
                    problems.append(f"{name} is missing. {sentence}")
                continue

            try:
                values[key.name] = key.metadata["parse"](text)
            except ValueError as error:
                problems.append(f"{name} {error}. {sentence}")

        return values, problems

    def contradictions(self) -> list[str]:
        """What cannot be right together."""
        found = []

        if self.web_concurrency > 1 and not self.redis_url:
            found.append(
                "WEB_CONCURRENCY above 1 needs REDIS_URL: processes meet only there."
            )
        if self.web_concurrency > 1 and self.on_sqlite:
            found.append(
                "WEB_CONCURRENCY above 1 needs PostgreSQL in DATABASE_URL: SQLite has one"
                " writing process."
            )

        return found

    def warnings(self) -> list[str]:
        """What may be right, and mostly is not: for the log when the process starts."""
        found = model_settings.doubts(
            self.openai_base_url, is_azures=bool(self.openai_api_version)
        )
        if self.model_prices and self.model_price is None:
            found.append(
                f"MODEL_PRICES has no price of {self.openai_model}, which OPENAI_MODEL names:"
                " merchants are offered no budgets in dollars."
            )
        return found

    @property
    def model_price(self) -> model_settings.ModelPrice | None:
        """That of the model that is asked; None where nobody has set it."""
        for price in self.model_prices:
            if price.model == self.openai_model:
                return price
        return None

    @property
    def mail_server(self) -> mail_settings.MailServer | None:
        """Through which mail is sent; None where nobody has set one."""
        return mail_settings.read_server(self.smtp_url) if self.smtp_url else None

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def on_loopback(self) -> bool:
        return urlsplit(self.host).hostname in LOOPBACK

    @property
    def shopify_secrets(self) -> tuple[str, ...]:
        """The newest first; the older one only while a rotation lasts."""
        return tuple(
            secret
            for secret in (self.shopify_api_secret, self.shopify_api_secret_old)
            if secret
        )


def load() -> Config:
    """The process's own configuration. In development a missing encryption key is made, once."""
    environ = environment()
    warning = ""
    if local_settings.needs_key(os.environ):
        try:
            environ["ENCRYPTION_KEYS"], was_made = local_settings.find_or_make_key()
        except OSError:
            warning = "an encryption key for development could not be kept"
        except ValueError as error:
            raise ConfigError(str(error)) from None
        else:
            if was_made:
                warning = "an encryption key for development was made"

    config = Config.from_env(environ)
    if warning:
        logs.set_up(config.log_level)
        logs.logger().warning(warning, file=str(local_settings.KEY_FILE))
    return config


def environment() -> dict[str, str]:
    """What is set, and from `.env` what is not. Raises ConfigError when `.env` cannot be read."""
    try:
        return local_settings.with_env_file(os.environ)
    except ValueError as error:
        raise ConfigError(f"{error}.") from None
