"""What an answer says to a browser about the domain that it appears under."""

import pytest

from tests.support.people import Person
from tests.support.running_app import RunningApp

OF_A_WHOLE_DOMAIN = {
    "strict-transport-security",
    "clear-site-data",
    "alt-svc",
    "expect-ct",
    "nel",
    "report-to",
    "reporting-endpoints",
    "public-key-pins",
    "set-cookie",
    "service-worker-allowed",
    "accept-ch",
    "origin-agent-cluster",
}


@pytest.mark.parametrize(
    "path", ["chat", "history", "reset", "turns/x", "nothing/here", "", "conversations"]
)
@pytest.mark.parametrize("method", ["POST", "GET", "OPTIONS", "PUT"])
def test_what_appears_under_a_merchants_domain_promises_nothing_for_it(
    ben: Person, path: str, method: str
):
    answer = ben.sends(path, {"message": "Hello"}, method=method)

    assert not OF_A_WHOLE_DOMAIN & set(answer.headers)


def test_nor_does_a_refusal(app: RunningApp, ben: Person):
    for query in ("", "shop=x&signature=0", ben.signed_query(secret="another")):
        answer = ben.sends("chat", {"message": "Hello"}, query=query)
        assert answer.status == 401
        assert not OF_A_WHOLE_DOMAIN & set(answer.headers)
    assert not OF_A_WHOLE_DOMAIN & set(app.get("/proxy").headers)


@pytest.mark.parametrize(
    "path",
    ["/", "/health", "/auth/patch-id-token", "/stream/x", "/webhooks/app", "/nothing"],
)
def test_our_own_domain_is_https_for_good(app: RunningApp, path: str):
    assert app.get(path).headers["Strict-Transport-Security"].startswith("max-age=")
