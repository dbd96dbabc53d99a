"""Every door has the guard that was chosen for it when it was reviewed."""

from pathlib import Path

from backend.app import create_app
from backend.config import Config

# A new route is added here by the person who has asked: who may call it, and how do we know?
REVIEWED = {
    ("GET", "/"): "admin",
    ("GET", "/admin/<path:unknown>"): "admin",
    ("POST", "/admin/catalog/read"): "admin",
    ("GET", "/admin/export"): "admin",
    ("POST", "/admin/export"): "admin",
    ("GET", "/admin/export/<export_id>/file"): "admin",
    ("POST", "/admin/export/<export_id>/remove"): "admin",
    ("GET", "/admin/export/changes"): "admin",
    ("GET", "/admin/inbox"): "admin",
    ("GET", "/admin/inbox/<conversation_id>"): "admin",
    ("POST", "/admin/inbox/<conversation_id>/assign"): "admin",
    ("GET", "/admin/inbox/<conversation_id>/changes"): "admin",
    ("POST", "/admin/inbox/<conversation_id>/close"): "admin",
    ("POST", "/admin/inbox/<conversation_id>/draft"): "admin",
    ("GET", "/admin/inbox/<conversation_id>/export"): "admin",
    ("POST", "/admin/inbox/<conversation_id>/hand-back"): "admin",
    ("POST", "/admin/inbox/<conversation_id>/labels"): "admin",
    ("POST", "/admin/inbox/<conversation_id>/labels/remove"): "admin",
    ("POST", "/admin/inbox/<conversation_id>/notes"): "admin",
    ("POST", "/admin/inbox/<conversation_id>/notes/<note_id>"): "admin",
    ("POST", "/admin/inbox/<conversation_id>/notes/<note_id>/delete"): "admin",
    ("GET", "/admin/inbox/<conversation_id>/products"): "admin",
    ("POST", "/admin/inbox/<conversation_id>/say"): "admin",
    ("POST", "/admin/inbox/<conversation_id>/snooze"): "admin",
    ("POST", "/admin/inbox/<conversation_id>/take"): "admin",
    ("GET", "/admin/inbox/<conversation_id>/turns/<turn_id>"): "admin",
    ("POST", "/admin/inbox/<conversation_id>/unread"): "admin",
    ("POST", "/admin/inbox/<conversation_id>/wake"): "admin",
    ("GET", "/admin/inbox/changes"): "admin",
    ("POST", "/admin/inbox/close"): "admin",
    ("GET", "/admin/inbox/replies"): "admin",
    ("POST", "/admin/inbox/replies"): "admin",
    ("POST", "/admin/inbox/replies/<reply_id>/delete"): "admin",
    ("POST", "/admin/inbox/replies/<reply_id>/edit"): "admin",
    ("GET", "/admin/inbox/waiting"): "admin",
    ("GET", "/admin/privacy"): "admin",
    ("POST", "/admin/privacy/<request_id>/done"): "admin",
    ("GET", "/admin/privacy/<request_id>/file"): "admin",
    ("GET", "/admin/requests"): "admin",
    ("POST", "/admin/requests/<request_id>/assign"): "admin",
    ("POST", "/admin/requests/<request_id>/order"): "admin",
    ("POST", "/admin/requests/<request_id>/outcome"): "admin",
    ("POST", "/admin/requests/<request_id>/reopen"): "admin",
    ("GET", "/admin/requests/file"): "admin",
    ("GET", "/admin/settings"): "admin",
    ("POST", "/admin/settings"): "admin",
    ("GET", "/admin/settings/notifications"): "admin",
    ("POST", "/admin/settings/notifications"): "admin",
    ("GET", "/admin/settings/notifications/<target_id>"): "admin",
    ("POST", "/admin/settings/notifications/<target_id>"): "admin",
    ("POST", "/admin/settings/notifications/<target_id>/delete"): "admin",
    ("POST", "/admin/settings/notifications/<target_id>/test"): "admin",
    ("GET", "/admin/settings/availability"): "admin",
    ("POST", "/admin/settings/availability"): "admin",
    ("GET", "/admin/settings/data"): "admin",
    ("POST", "/admin/settings/data"): "admin",
    ("GET", "/admin/settings/knowledge"): "admin",
    ("POST", "/admin/settings/knowledge"): "admin",
    ("GET", "/admin/settings/team"): "admin",
    ("POST", "/admin/settings/team"): "admin",
    ("POST", "/admin/settings/try"): "admin",
    ("GET", "/admin/settings/audit-log"): "admin",
    ("POST", "/admin/welcome/dismiss"): "admin",
    ("GET", "/auth/patch-id-token"): "health",
    ("GET", "/health"): "health",
    ("GET", "/metrics"): "health",
    ("POST", "/proxy/chat"): "storefront",
    ("POST", "/proxy/conversations"): "storefront",
    ("POST", "/proxy/conversations/<conversation_id>/open"): "storefront",
    ("GET", "/proxy/history"): "storefront",
    ("POST", "/proxy/history"): "storefront",
    ("POST", "/proxy/form"): "storefront",
    ("POST", "/proxy/news"): "storefront",
    ("POST", "/proxy/person"): "storefront",
    ("POST", "/proxy/person/return"): "storefront",
    ("POST", "/proxy/presence"): "storefront",
    ("POST", "/proxy/rating"): "storefront",
    ("POST", "/proxy/link"): "storefront",
    ("POST", "/proxy/person/email"): "storefront",
    ("POST", "/proxy/reset"): "storefront",
    ("GET", "/proxy/turns/<turn_id>"): "storefront",
    ("POST", "/proxy/turns/<turn_id>"): "storefront",
    ("POST", "/proxy/turns/<turn_id>/retry"): "storefront",
    ("POST", "/proxy/turns/<turn_id>/stop"): "storefront",
    ("GET", "/ready"): "health",
    ("GET", "/static/<version>/<name>"): "health",
    ("GET", "/stream/news"): "stream",
    ("GET", "/stream/<turn_id>"): "stream",
    ("OPTIONS", "/stream/<turn_id>"): "health",
    ("GET", "/ucp/profile.json"): "health",
    ("POST", "/webhooks/app"): "webhook",
    ("POST", "/webhooks/privacy"): "webhook",
    ("POST", "/webhooks/products"): "webhook",
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
        if not (
            method == "OPTIONS" and getattr(rule, "provide_automatic_options", False)
        )
    }
    assert guarded == REVIEWED
