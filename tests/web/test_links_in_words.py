"""Where words lead: the assistant's to the shop and what Mira has written, staff's to any page,
shoppers' nowhere; story of markdown_inline.py and markdown_html.py.
"""

import re
import uuid

from tests.support.inbox_pages import only_conversation
from tests.support.merchants import Merchant
from tests.support.people import Person
from tests.support.scripted_model import ScriptedModel
from tests.support.settings_pages import choose
from tests.support.waiting import wait_until

SETTINGS = "/admin/settings"
KNOWLEDGE = """Parcels: https://dhl.example/track. Write to Help@tide.example, \
or call +49 (30) 123-456.
詳細はhttps://tide.example/faq。"""
LINKS = [
    "https://dhl.example/track",
    "https://tide.example/faq",
    "mailto:help@tide.example",
    "tel:+4930123456",
]
REPLY = (
    "Call [us](tel:+4930123456) or [write](mailto:help@tide.example), see"
    " https://dhl.example/track. Not https://evil.example/a nor [this](javascript:alert),"
    " [that](tel:0900) or [them](mailto:help@tide.example?bcc=otto@evil.example)."
)


def knows(who: Merchant, **words: str) -> None:
    choose(who, **words)


def page_of(who: Merchant, talk: str) -> str:
    return str(who.fetches(f"/admin/inbox/{talk}").content.decode())


def test_a_shopper_learns_which_links_mira_has_written(
    mira: Merchant, otto: Merchant, ben: Person
) -> None:
    knows(
        mira,
        knowledge=KNOWLEDGE,
        instructions="Mind https://secret.example/staff and +49 30 999999.",
    )
    knows(otto, knowledge="https://otto.example/")

    # Every process looks at a shop again after two seconds.
    wait_until(lambda: "links" in ben.history().body, "the links of the shop")
    accepted = ben.says("How do I reach you?")

    assert accepted.body["links"] == LINKS
    assert ben.history().body["links"] == LINKS


def test_a_shop_without_links_names_none(ben: Person) -> None:
    assert "links" not in ben.says("Hello").body
    assert "links" not in ben.history().body


def test_in_the_inbox_the_assistant_leads_where_mira_leads(
    mira: Merchant, ben: Person, ai: ScriptedModel
) -> None:
    knows(mira, knowledge=KNOWLEDGE)
    ai.will_say(REPLY)
    ben.says("How do I reach you?", wait=25)

    page = page_of(mira, only_conversation(mira))

    for link in (
        "tel:+4930123456",
        "mailto:help@tide.example",
        "https://dhl.example/track",
    ):
        assert (
            f'<a href="{link}" target="_blank" rel="noopener noreferrer nofollow">'
            in page
        )
    assert not [
        address
        for address in ("evil", "javascript", "0900")
        if f'href="{address}' in page
    ]
    assert 'href="https://evil.example' not in page
    # Ids are random, and may spell it.
    assert "bcc" not in re.sub("[0-9a-f]{16,}", "", page)


def test_what_staff_write_leads_anywhere_and_what_shoppers_write_nowhere(
    mira: Merchant, ben: Person, ai: ScriptedModel
) -> None:
    ai.will_say("Yes.")
    ben.says("Look at https://evil.example/login", wait=25)
    talk = only_conversation(mira)
    mira.submits(
        f"/admin/inbox/{talk}/say",
        {"text": "See https://any.example/a. <b>", "client_id": uuid.uuid4().hex},
    )

    page = page_of(mira, talk)

    assert (
        '<a href="https://any.example/a" target="_blank" rel="noopener noreferrer nofollow">'
        in page
    )
    assert "&lt;b&gt;" in page
    assert 'href="https://evil.example' not in page


def test_every_kind_of_block_is_drawn_for_staff(
    mira: Merchant, ben: Person, ai: ScriptedModel
) -> None:
    ai.will_say(
        "# One\n\n> two\n\n3. ~~three~~\n\nname | plug\n--- | ---\nlamp<br>6 |"
        " &lt;i&gt;\n\n---\n\n```\n<seven>\n```"
    )
    ben.says("Everything, please", wait=25)

    page = page_of(mira, only_conversation(mira))

    for drawn in (
        '<p dir="auto"><strong>One</strong></p>',
        '<blockquote dir="auto"><p dir="auto">two</p></blockquote>',
        '<ol dir="auto" start="3"><li><del>three</del></li></ol>',
        "<th>name</th><th>plug</th>",
        "<td>lamp<br>6</td><td>&lt;i&gt;</td>",
        "<hr>",
        "<pre><code>&lt;seven&gt;</code></pre>",
    ):
        assert drawn in page
