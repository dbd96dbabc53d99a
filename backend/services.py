"""What product functions need from outside, built once for a process, handed on as an argument."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import redis

from backend.ai.breaker import Breaker
from backend.ai.chat_request import ModelOptions
from backend.ai.openai_chat import NoModel, OpenAIChat
from backend.ai.openai_images import NoImages, OpenAIImages
from backend.ai.provider import NoTools, PictureProvider, Provider, Tools
from backend.clock import now_ms
from backend.config import Config
from backend.store import redis_link
from backend.store.cache import Cache, MemoryCache, RedisCache
from backend.store.checkpoints import Checkpoints
from backend.store.daily_counts import DailyCounts
from backend.store.database import Database
from backend.store.job_queue import Claim
from backend.store.limits import Limits, MemoryLimits, RedisLimits
from backend.store.live import MemoryLive
from backend.store.live_redis import RedisLive
from backend.store.open_requests import OpenLimits, OpenRequests
from backend.store.signed_times import SignedTimes


def _new_name() -> str:
    return uuid.uuid4().hex


def _start_nothing(claim: Claim) -> None:
    """Until a worker is there: whoever claims next will run it."""


@dataclass(slots=True)
class Process:
    """What this process is doing now.

    `me` names it as a holder of leases. `run_now` starts a claimed job here; the worker sets it.
    `finishing` are the claims that have only their last transaction before them, and what follows
    from it. `stopping` is set once, when nothing more is taken on. `started_at` is in milliseconds,
    by this machine's clock.
    """

    me: str = field(default_factory=_new_name)
    run_now: Callable[[Claim], None] = _start_nothing
    finishing: set[Claim] = field(default_factory=set)
    stopping: bool = False
    started_at: int = field(default_factory=now_ms)


@dataclass(frozen=True, slots=True)
class Services:
    """Everything from outside, complete and unchanging; what goes on here is in `process`."""

    config: Config
    db: Database
    ai: Provider
    images: PictureProvider
    live: MemoryLive | RedisLive
    limits: Limits
    cache: Cache
    checkpoints: Checkpoints
    breaker: Breaker
    daily_counts: DailyCounts
    open_requests: OpenRequests
    signed_times: SignedTimes = field(default_factory=SignedTimes)
    tools: Tools = field(default_factory=NoTools)
    process: Process = field(default_factory=Process)


def build(config: Config, tools: Tools | None = None) -> Services:
    db = Database(config.database_url, timeout_ms=config.database_timeout_ms)
    client = _connect_redis(config) if config.redis_url else None

    return Services(
        config=config,
        db=db,
        ai=_choose_model(config),
        images=_choose_image_model(config),
        live=RedisLive(client) if client else MemoryLive(),
        limits=RedisLimits(client) if client else MemoryLimits(),
        cache=RedisCache(client) if client else MemoryCache(),
        checkpoints=Checkpoints(db),
        breaker=Breaker(),
        daily_counts=DailyCounts(db),
        open_requests=OpenRequests(OpenLimits.from_config(config)),
        tools=tools or NoTools(),
    )


def _connect_redis(config: Config) -> redis.Redis:
    return redis_link.connect(
        config.redis_url, config.redis_ca_file, config.redis_tls_verify
    )


def _choose_model(config: Config) -> Provider:
    if not config.openai_api_key:
        return NoModel()

    options = ModelOptions(
        first_seconds=config.model_first_seconds,
        gap_seconds=config.model_gap_seconds,
        reasoning_effort=config.model_reasoning_effort,
        max_tokens=config.model_max_tokens,
        api_version=config.openai_api_version,
    )
    return OpenAIChat(
        config.openai_api_key, config.openai_base_url, config.openai_model, options
    )


def _choose_image_model(config: Config) -> PictureProvider:
    if config.openai_api_key and config.openai_image_model:
        return OpenAIImages(config)
    return NoImages()
