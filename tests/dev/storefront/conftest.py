"""The sample storefront, without a network."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from backend.dev.shopify.fake_shopify import create_storefront


@pytest.fixture
def browser(tmp_path: Path) -> FlaskClient:
    """In front of a shop with an embed as small as can be."""
    files = {
        "blocks/chat-widget.liquid": (
            "<flux-chat-widget greeting='{{ block.settings.greeting }}'></flux-chat-widget>{%"
            ' schema %}{"name": "Chat", "target": "body", "javascript":'
            ' "chat-widget.js","settings": [{"type": "text", "id": "greeting", "label":'
            ' "Greeting", "default": "Hi"}]}{% endschema %}'
        ),
        "assets/chat-widget.js": "// The launcher.",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    return create_storefront("http://127.0.0.1:9", "secret", tmp_path).test_client()
