"""The Liquid that the sample renders with: what Shopify adds is there, and what we do not know is
refused.
"""

import json
import os
from pathlib import Path

import pytest
from liquid.exceptions import LiquidError

from backend.dev.storefront.embed_block import EmbedBlock, UnknownSetting
from backend.dev.storefront.theme_liquid import MissingTranslation, liquid_environment

BLOCK = """
{% doc %} Not shown. {% enddoc %}
<my-chat {{ block.shopify_attributes }} title="{{ block.settings.title }}" \
lang="{{ request.locale.iso_code }}">
  <template shadowrootmode="open"><p>{{ 'chat.hello' | t: name: 'Ana' }}</p>\
{% render 'part', word: 'x' %}</template>
</my-chat>
{% if app.metafields.flux.on %}never{% endif %}
{% schema %}
{
  "name": "Chat", "target": "body", "javascript": "chat.js", "stylesheet": "chat.css",
  "available_if": "{{ app.metafields.flux.on }}",
  "settings": [
    {"type": "header", "content": "Words"},
    {"type": "text", "id": "title", "label": "t:title", "default": "t:title"},
    {"type": "checkbox", "id": "shown", "label": "Shown"}
  ]
}
{% endschema %}
"""
PAGE = {"request": {"locale": {"iso_code": "de"}}}


@pytest.fixture
def extension(tmp_path: Path) -> Path:
    files = {
        "blocks/my-chat.liquid": BLOCK,
        "snippets/part.liquid": "<i>{{ word }}</i>",
        "locales/en.default.json": json.dumps(
            {"chat": {"hello": "Hi {{ name }}", "only": "English"}}
        ),
        "locales/de.json": json.dumps({"chat": {"hello": "Hallo {{ name }}"}}),
        "locales/en.default.schema.json": json.dumps({"title": "Ask us"}),
        "assets/chat.js": "",
        "assets/chat.css": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def render(
    source: str, language: str = "en", folder: Path = Path("nowhere"), **values: object
) -> str:
    environment = liquid_environment(folder, language, lambda name: f"/assets/{name}")
    return environment.from_string(source).render(**values)


@pytest.mark.parametrize(
    "source", ["{{ 'a' | sparkle }}", "{% sparkle %}", "{% form 'cart' %}{% endform %}"]
)
def test_an_unknown_filter_or_tag_is_an_error(source: str) -> None:
    with pytest.raises(LiquidError):
        render(source)


def test_money_is_printed_as_the_language_does() -> None:
    assert render("{{ 124900 | money }}") == "€1,249.00"
    assert render("{{ 124900 | money }}", "de") == "1.249,00 €"


def test_json_cannot_end_a_script() -> None:
    assert (
        render("{{ word | json }}", word="</script>&") == r'"\u003c/script\u003e\u0026"'
    )


def test_a_word_that_nobody_translated_is_an_error() -> None:
    with pytest.raises(MissingTranslation):
        render("{{ 'chat.nothing' | t }}")


def test_a_missing_german_word_is_english(extension: Path) -> None:
    assert render("{{ 'chat.only' | t }}", "de", extension) == "English"


def test_what_is_put_into_a_translation_is_escaped(extension: Path) -> None:
    assert (
        render("{{ 'chat.hello' | t: name: '<b>' }}", "en", extension) == "Hi &lt;b&gt;"
    )


def test_an_embed_comes_wrapped_with_its_files_in_the_head(extension: Path) -> None:
    embed = EmbedBlock(extension, "my-chat").render("de", PAGE, {})

    assert embed.body.startswith(
        '<div id="shopify-block-flux_chat_my_chat" class="shopify-block shopify-app-block">'
    )
    assert (
        '<template shadowrootmode="open"><p>Hallo Ana</p><i>x</i></template>'
        in embed.body
    )
    assert 'title="Ask us" lang="de"' in embed.body
    assert "schema" not in embed.body
    assert "Not shown" not in embed.body
    assert embed.head.count("<script ") == embed.head.count("<link ") == 1
    assert "/flux-chat/assets/chat.js" in embed.head


def test_an_embed_obeys_the_merchants_settings(extension: Path) -> None:
    block = EmbedBlock(extension, "my-chat")

    assert 'title="Hello"' in block.render("en", PAGE, {"title": "Hello"}).body
    with pytest.raises(UnknownSetting):
        block.render("en", PAGE, {"tilte": "Hello"})


def test_the_editor_finds_the_block(extension: Path) -> None:
    block = EmbedBlock(extension, "my-chat")

    assert "data-shopify-editor-block" not in block.render("en", PAGE, {}).body
    assert (
        "data-shopify-editor-block" in block.render("en", PAGE, {}, editing=True).body
    )


def test_a_file_that_was_changed_is_read_anew(extension: Path) -> None:
    block = EmbedBlock(extension, "my-chat")
    assert "<i>x</i>" in block.render("de", PAGE, {}).body

    for name, text in {
        "snippets/part.liquid": "<b>{{ word }}</b>",
        "locales/de.json": json.dumps({"chat": {"hello": "Moin {{ name }}"}}),
    }.items():
        (extension / name).write_text(text)
        os.utime(extension / name, (2_000_000_000, 2_000_000_000))

    body = block.render("de", PAGE, {}).body
    assert "<b>x</b>" in body
    assert "Moin Ana" in body


def test_a_changed_file_gets_a_new_address(extension: Path) -> None:
    block = EmbedBlock(extension, "my-chat")
    before = block.assets.url("chat.js")
    (extension / "assets" / "chat-part.js").write_text("")

    assert block.assets.url("chat.js") != before


def test_an_image_of_the_shops_own_knows_where_it_is(extension: Path) -> None:
    environment = liquid_environment(extension, "en", "/assets/{}".format)
    template = environment.from_string("{{ image | image_url: width: 720 }}")

    own = template.render(image={"src": "https://cdn.example.com/a.png"})

    assert own == "https://cdn.example.com/a.png"
    assert template.render(image="mug.svg") == "/assets/mug.svg"
