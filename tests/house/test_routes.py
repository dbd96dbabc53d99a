"""Every door has the guard that was chosen for it when it was reviewed."""

from pathlib import Path

from backend.app import create_app
from backend.config import Config

# A new route is added here by the person who has asked: who may call it, and how do we know?
REVIEWED = {
    ("POST", "/proxy/chat"): "storefront",
    ("GET", "/proxy/turns/<turn_id>"): "storefront",
    ("POST", "/proxy/turns/<turn_id>"): "storefront",
    ("POST", "/proxy/turns/<turn_id>/stop"): "storefront",
    ("POST", "/proxy/turns/<turn_id>/retry"): "storefront",
    ("GET", "/proxy/history"): "storefront",
    ("POST", "/proxy/history"): "storefront",
    ("POST", "/proxy/reset"): "storefront",
    ("GET", "/stream/<turn_id>"): "stream",
    ("OPTIONS", "/stream/<turn_id>"): "health",
    ("GET", "/health"): "health",
    ("GET", "/ready"): "health",
    ("GET", "/metrics"): "health",
}


def test_every_route_has_the_guard_that_was_reviewed_for_it(tmp_path: Path) -> None:
    settings = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/flux-chat.db",
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "secret",
        "HOST": "http://127.0.0.1:8000",
    }
    app = create_app(Config.from_env(settings))

    guarded = {
        (method, rule.rule): getattr(app.view_functions[rule.endpoint], "guard", None)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD"}
        if not (method == "OPTIONS" and getattr(rule, "provide_automatic_options", False))
    }
    assert guarded == REVIEWED
