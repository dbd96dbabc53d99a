"""What an app is built from: by its settings alone, complete, and unchanging."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from backend.ai.openai_chat import OpenAIChat
from backend.config import Config
from backend.services import Services, build
from backend.store.cache import MemoryCache, RedisCache
from backend.store.limits import MemoryLimits, RedisLimits
from backend.store.live import MemoryLive
from backend.store.live_redis import RedisLive
from tests.support.stores import Stores


def built(folder: Path, **more: str) -> Services:
    settings = {
        "DATABASE_URL": f"sqlite:///{folder}/flux-chat.db",
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "secret",
        "HOST": "http://127.0.0.1:8000",
    }
    return build(Config.from_env(settings | more))


def test_one_process_keeps_everything_in_memory(tmp_path: Path) -> None:
    services = built(tmp_path)

    assert isinstance(services.live, MemoryLive)
    assert isinstance(services.limits, MemoryLimits)
    assert isinstance(services.cache, MemoryCache)


def test_with_redis_all_of_it_is_shared(tmp_path: Path, stores: Stores) -> None:
    services = built(tmp_path, REDIS_URL=stores.new("postgresql").redis_url)

    assert isinstance(services.live, RedisLive)
    assert isinstance(services.limits, RedisLimits)
    assert isinstance(services.cache, RedisCache)


def test_a_model_is_asked_only_with_a_key(tmp_path: Path) -> None:
    assert not isinstance(built(tmp_path).ai, OpenAIChat)
    assert isinstance(built(tmp_path, OPENAI_API_KEY="any").ai, OpenAIChat)


def test_pictures_are_painted_only_with_a_key_and_a_model_for_them(
    tmp_path: Path,
) -> None:
    painter = {"OPENAI_IMAGE_MODEL": "brush"}

    assert not built(tmp_path, OPENAI_API_KEY="any").images.is_set_up
    assert not built(tmp_path, **painter).images.is_set_up
    assert built(tmp_path, OPENAI_API_KEY="any", **painter).images.is_set_up


def test_each_process_has_a_name_of_its_own_and_changes_nothing(tmp_path: Path) -> None:
    one, another = built(tmp_path), built(tmp_path)

    assert one.process.me != another.process.me
    with pytest.raises(FrozenInstanceError):
        one.ai = another.ai  # type: ignore[misc]
