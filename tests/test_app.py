"""The application as a whole: what every answer carries, and that no path but ours is found."""

from pathlib import Path

import pytest
from flask import Flask

from backend.app import create_app
from backend.config import Config


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    settings = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/flux-chat.db",
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "secret",
        "HOST": "http://127.0.0.1:8000",
    }
    return create_app(Config.from_env(settings))


@pytest.mark.parametrize(
    "path", ["/health", "/nothing", "/proxy/history", "/admin/inbox"]
)
def test_every_answer_is_sealed(app: Flask, path: str) -> None:
    answer = app.test_client().get(path)

    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "method, path, status, code",
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/health/", 404, "not_found"),
        ("POST", "/health", 405, "invalid"),
    ],
)
def test_what_is_not_ours_is_told_in_the_one_shape(
    app: Flask, method: str, path: str, status: int, code: str
) -> None:
    answer = app.test_client().open(path, method=method)

    assert answer.status_code == status
    assert answer.json is not None
    error = answer.json["error"]
    assert error.keys() == {"code", "message", "retry", "ref"}
    assert error["code"] == code


def test_a_mistake_of_ours_says_nothing_of_itself(app: Flask) -> None:
    def breaks() -> str:
        raise ValueError("canary-7f3a")

    app.add_url_rule("/static/breaks", view_func=breaks)

    answer = app.test_client().get("/static/breaks")

    assert answer.status_code == 500
    assert "canary" not in answer.text
    assert answer.json is not None
    assert answer.json["error"]["retry"] is True
