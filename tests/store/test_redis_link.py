"""A Redis behind TLS is trusted when its certificate is known, and otherwise only when a setting
says so.
"""

from collections.abc import Iterator

import pytest

from backend.config import Config, ConfigError
from backend.store.redis_link import connect, fault
from tests.support.people import Person
from tests.support.running_app import AppFactory
from tests.support.scripted_model import ScriptedModel
from tests.support.stores import Stores
from tests.support.tls_redis import TlsRedis, tls_redis
from tests.support.waiting import wait_until

NEEDED = {
    "SHOPIFY_API_KEY": "key",
    "SHOPIFY_API_SECRET": "secret",
    "HOST": "https://chat.example.com",
}


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsRedis]:
    with tls_redis(tmp_path_factory.mktemp("redis")) as started:
        yield started


def test_a_certificate_that_nobody_has_signed_is_refused(redis: TlsRedis) -> None:
    assert fault(connect(redis.url)) == "its certificate is not trusted"


def test_it_is_accepted_once_it_is_named(redis: TlsRedis) -> None:
    assert not fault(connect(redis.url, ca_file=str(redis.certificate)))


def test_another_name_than_the_certificates_is_refused_all_the_same(
    redis: TlsRedis,
) -> None:
    elsewhere = redis.url.replace("127.0.0.1", "localhost")

    assert (
        fault(connect(elsewhere, ca_file=str(redis.certificate)))
        == "its certificate is not trusted"
    )
    assert not fault(connect(elsewhere, verify=False))


def test_it_is_accepted_unseen_when_a_setting_says_so(redis: TlsRedis) -> None:
    assert not fault(connect(redis.url, verify=False))
    assert not fault(connect(redis.url, ca_file=str(redis.certificate), verify=False))


def test_the_settings_mean_nothing_to_a_redis_without_tls(
    stores: Stores, redis: TlsRedis
) -> None:
    assert not fault(
        connect(stores.redis.url, ca_file=str(redis.certificate), verify=False)
    )


@pytest.mark.parametrize("trusting", ["REDIS_CA_FILE", "REDIS_TLS_VERIFY"])
def test_the_app_meets_its_processes_there(
    app_factory: AppFactory,
    redis: TlsRedis,
    ai: ScriptedModel,
    shop: str,
    trusting: str,
) -> None:
    ai.will_say("Yes, four kinds.", when="Do you sell mugs?")
    how = {"REDIS_CA_FILE": str(redis.certificate), "REDIS_TLS_VERIFY": "no"}[trusting]
    app = app_factory("postgresql", redis=False, REDIS_URL=redis.url, **{trusting: how})

    ana = Person(app.base, shop, customer="7001")
    accepted = ana.says("Do you sell mugs?")
    assert ana.at(app.sibling()).follows(accepted.turn).text == "Yes, four kinds."
    assert app.get("/ready").json() == {"ready": True, "degraded": False}


def test_without_a_word_the_chat_goes_on_and_the_log_says_why(
    app_factory: AppFactory, redis: TlsRedis
) -> None:
    app = app_factory("postgresql", redis=False, REDIS_URL=redis.url)

    wait_until(lambda: app.get("/ready").json()["degraded"], "it is without Redis")
    assert "its certificate is not trusted" in app.logs()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("REDIS_CA_FILE", "/nowhere/ca.pem"),
        ("REDIS_CA_FILE", __file__),
        ("REDIS_TLS_VERIFY", "perhaps"),
    ],
)
def test_what_cannot_be_used_stops_the_start(name: str, text: str) -> None:
    with pytest.raises(ConfigError, match=f"{name} must"):
        Config.from_env({**NEEDED, name: text})


def test_verifying_is_what_happens_when_nothing_is_said() -> None:
    assert Config.from_env(NEEDED).redis_tls_verify is True
    assert (
        Config.from_env({**NEEDED, "REDIS_TLS_VERIFY": "NO"}).redis_tls_verify is False
    )
