"""A conversation in the inbox: read, taken over also in the middle of a reply, answered once,
handed back; by whom is known, and never by Otto.
"""

import json
import re
import uuid

import pytest

from tests.contract.database_hand import ask, change
from tests.support.inbox_pages import (
    client_id_of,
    events_in,
    inbox_of,
    only_conversation,
    texts_in,
    version_of,
)
from tests.support.merchants import Merchant
from tests.support.people import Answer, Person
from tests.support.running_app import AppFactory, RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.settings_pages import choose
from tests.support.waiting import wait_until

MARKUP = '<img src=x onerror="alert(1)"><script>alert(2)</script>'


@pytest.fixture
def talk(mira: Merchant, ben: Person, ai: ScriptedModel) -> str:
    """The id of Ben's conversation, in which the assistant has answered."""
    ai.will_say("Two metres.")
    ben.says(
        "How long is the cable?",
        wait=25,
        locale="de",
        page={"url": "https://tide.example/lamp", "title": "Lamp"},
    )
    return only_conversation(mira)


def page_of(who: Merchant, talk: str) -> Answer:
    answer = who.fetches(f"/admin/inbox/{talk}")
    assert answer.status == 200
    return answer


def says(who: Merchant, talk: str, text: str, client_id: str = "") -> Answer:
    return who.submits(
        f"/admin/inbox/{talk}/say",
        {"text": text, "client_id": client_id or uuid.uuid4().hex},
    )


def messages_of(app: RunningApp, talk: str) -> list[tuple]:
    rows = ask(
        app,
        "SELECT role, text, author FROM messages WHERE conversation_id = :talk ORDER BY seq",
        talk=talk,
    )
    return [tuple(row) for row in rows]


def test_the_page_has_what_was_said_and_where(mira: Merchant, talk: str) -> None:
    page = page_of(mira, talk)

    assert texts_in(page) == ["How long is the cable?", "Two metres."]
    for words in (
        "Lamp",
        "https://tide.example/lamp",
        "de",
        "Guest",
        "The assistant replies",
    ):
        assert words in page.content.decode()


def test_what_mira_says_reaches_the_shopper_with_her_name(
    mira: Merchant, ben: Person, talk: str
) -> None:
    choose(mira, own_name="Mira")

    answer = says(mira, talk, "I will look.\r\nOne moment.")

    assert (answer.status, answer.headers["Location"]) == (303, f"/admin/inbox/{talk}")
    said = ben.history().body["messages"][-1]
    assert (said["role"], said["name"], said["text"]) == (
        "staff",
        "Mira",
        "I will look.\nOne moment.",
    )
    assert ben.history().body["mode"] == "staff"


def test_a_reply_that_is_sent_twice_is_said_once(
    mira: Merchant, app: RunningApp, talk: str
) -> None:
    client_id = client_id_of(page_of(mira, talk))

    assert [says(mira, talk, "Hello", client_id).status for _ in range(3)] == [
        303,
        303,
        303,
    ]

    assert [text for role, text, _ in messages_of(app, talk) if role == "staff"] == [
        "Hello"
    ]
    assert client_id_of(page_of(mira, talk)) != client_id


def test_a_reply_without_words_is_told_beside_its_field_and_said_by_nobody(
    mira: Merchant, app: RunningApp, talk: str
) -> None:
    for text in ("", " \r\n ", "x" * 8_001):
        answer = says(mira, talk, text, client_id="0" * 32)
        assert answer.status == 422
        assert b'name="text"' in answer.content
        assert b'name="client_id" value="%s"' % (b"0" * 32) in answer.content
        assert b'id="reply-error">' in answer.content
    assert says(mira, talk, "Hello", client_id="not one").status == 422
    assert len(messages_of(app, talk)) == 2


def test_mira_takes_over_in_the_middle_of_a_reply(
    mira: Merchant, ben: Person, ai: ScriptedModel, talk: str
) -> None:
    ai.forgets()
    ai.script(when="stool", chunks=400, gap_ms=50)
    turn = ben.says("And the stool?").turn
    words = f"/admin/inbox/{talk}/turns/{turn}"
    first = mira.fetches(words).body["events"]
    assert first[0]["name"] == "text"
    assert b"is replying" in page_of(mira, talk).content

    assert mira.submits(f"/admin/inbox/{talk}/take").status == 303

    assert (
        mira.fetches(f"{words}?after={first[-1]['id']}").body["events"][-1]["name"]
        == "handed_over"
    )
    page = page_of(mira, talk).content.decode()
    assert "Assistant paused" in page
    assert "<s-badge>Stopped</s-badge>" in page
    assert ben.history().body["mode"] == "staff"


def test_the_page_learns_at_once_of_a_message(
    mira: Merchant, ben: Person, talk: str
) -> None:
    seen = version_of(page_of(mira, talk))
    changes = f"/admin/inbox/{talk}/changes?seen="

    ben.says("One more thing", wait=25)
    told = mira.fetches(changes + seen).body["version"]

    assert told != seen
    now = version_of(page_of(mira, talk))
    assert now != seen
    says(mira, talk, "Yes?")
    assert mira.fetches(changes + now).body["version"] != now


def test_two_of_the_team_do_not_collide(
    mira: Merchant, app: RunningApp, talk: str
) -> None:
    noah = mira.colleague("43")
    assert noah.submits(f"/admin/inbox/{talk}/take").status == 303
    page = page_of(mira, talk).content.decode()
    assert "Assigned to colleague 43" in page
    assert "has this conversation" in page
    assert 'name="instead_of" value="43"' in page

    for refused in (
        says(mira, talk, "Hello"),
        mira.submits(f"/admin/inbox/{talk}/take"),
        mira.submits(f"/admin/inbox/{talk}/take", {"instead_of": "44"}),
        mira.submits(f"/admin/inbox/{talk}/hand-back"),
        mira.submits(f"/admin/inbox/{talk}/close"),
    ):
        assert refused.status == 409
        assert "colleague" in refused.body["error"]["message"]
    # What was said before, and that a colleague has joined.
    assert len(messages_of(app, talk)) == 3

    # That is a line between the messages, and no message of the assistant's.
    told = page_of(mira, talk)
    assert [event.endswith(" joined") for event in events_in(told)] == [True]
    assert b"joined the chat" not in told.content

    assert mira.submits(f"/admin/inbox/{talk}/take", {"instead_of": "43"}).status == 303
    assert says(noah, talk, "Wait").status == 409
    assert says(mira, talk, "Hello").status == 303
    assert "Assigned to you" in page_of(mira, talk).content.decode()


def test_handed_back_the_assistant_answers_again(
    mira: Merchant, ben: Person, ai: ScriptedModel, talk: str
) -> None:
    says(mira, talk, "Hello")
    assert ben.says("Are you there?", wait=1).body["turn"]["status"] != "answered"
    assert inbox_of(mira, view="wanted") == [talk]

    assert mira.submits(f"/admin/inbox/{talk}/hand-back").status == 303

    assert ben.history().body["mode"] == "assistant"
    assert ben.says("And now?", wait=25).body["reply"] == "Two metres."


def test_ended_by_mira_it_leaves_the_list_until_the_shopper_writes_again(
    mira: Merchant, ben: Person, talk: str
) -> None:
    assert mira.submits(f"/admin/inbox/{talk}/close").status == 303
    assert inbox_of(mira, view="open") == []
    assert b"Closed by your team." in page_of(mira, talk).content

    ben.says("One more thing", wait=25)

    assert inbox_of(mira, view="open") == [talk]


def test_nothing_can_be_said_after_a_reset(
    mira: Merchant, ben: Person, talk: str
) -> None:
    ben.resets()

    page = page_of(mira, talk).content.decode()
    assert "Reset by the shopper" in page
    assert 'name="text"' not in page
    assert says(mira, talk, "Hello").status == 404
    assert mira.submits(f"/admin/inbox/{talk}/take").status == 404


def test_opening_it_marks_it_read_for_the_whole_team(
    mira: Merchant, ben: Person, talk: str
) -> None:
    assert inbox_of(mira, view="unread") == [talk]

    page_of(mira, talk)
    assert inbox_of(mira.colleague("43"), view="unread") == []

    ben.says("One more thing", wait=25)
    assert inbox_of(mira, view="unread") == [talk]


def test_who_has_looked_is_logged_once_a_look_and_shown(
    mira: Merchant, app: RunningApp, talk: str
) -> None:
    noah = mira.colleague("43")
    for who in (mira, mira, noah, mira):
        page = page_of(who, talk)

    rows = ask(
        app,
        "SELECT user_id, what FROM access_log WHERE conversation_id = :talk ORDER BY at",
        talk=talk,
    )
    assert [tuple(row) for row in rows] == [("42", "read"), ("43", "read")]
    assert "Viewed by you" in page.content.decode()
    assert "Viewed by colleague 43" in page.content.decode()
    change(
        app,
        "UPDATE access_log SET at = at - 600001 WHERE conversation_id = :talk",
        talk=talk,
    )
    page_of(mira, talk)
    assert (
        len(
            ask(
                app, "SELECT 1 FROM access_log WHERE conversation_id = :talk", talk=talk
            )
        )
        == 3
    )


def test_notes_are_for_the_team_alone(mira: Merchant, ben: Person, talk: str) -> None:
    seen = version_of(page_of(mira, talk))
    assert (
        mira.submits(
            f"/admin/inbox/{talk}/notes", {"note": f"Call back.\r\n{MARKUP}"}
        ).status
        == 303
    )

    page = page_of(mira.colleague("43"), talk)
    assert version_of(page) != seen
    assert b"Call back.\n&lt;img" in page.content
    assert b"Colleague 42" in page.content
    assert b"<img" not in page.content
    assert "Call back" not in ben.history().content.decode()
    refused = mira.submits(f"/admin/inbox/{talk}/notes", {"note": " "})
    assert (refused.status, b"Enter a note" in refused.content) == (
        422,
        True,
    )


def test_a_colleague_deletes_a_note(mira: Merchant, talk: str) -> None:
    mira.submits(f"/admin/inbox/{talk}/notes", {"note": "Call back."})
    page = page_of(mira, talk)
    [address] = set(
        re.findall(r'action="(/admin/inbox/\S+/delete)"', page.content.decode())
    )

    assert mira.colleague("43").submits(address).status == 303

    page_after = page_of(mira, talk)
    assert "Call back." not in page_after.content.decode()
    assert version_of(page_after) != version_of(page)
    assert "Note deleted by colleague 43" in page_after.content.decode()
    log = mira.fetches("/admin/settings/audit-log").content.decode()
    assert "Deleted internal note" in log


def test_a_mail_to_the_shopper_that_was_refused_is_told(
    mira: Merchant, app: RunningApp, ben: Person, talk: str
) -> None:
    lost = b"The email to the shopper couldn\xe2\x80\x99t be delivered"
    says(mira, talk, "We have two.")
    assert lost not in page_of(mira, talk).content

    change(
        app,
        "INSERT INTO outbox"
        " (shop_id, conversation_id, target_id, id, reason, state, since, due_at, seq)"
        " SELECT shop_id, id, 'shopper', id, 'reply', 'refused', 1, 1, last_seq"
        " FROM conversations WHERE id = :talk",
        talk=talk,
    )
    assert lost in page_of(mira, talk).content

    ben.says("I am back.", wait=0)
    assert lost not in page_of(mira, talk).content


def test_saved_replies_are_offered(mira: Merchant, talk: str) -> None:
    mira.submits(
        "/admin/inbox/replies", {"title": "Delivery", "text": 'Three "days" <b>'}
    )

    assert (
        'data-inserts="Three &#34;days&#34; &lt;b&gt;"'
        in page_of(mira, talk).content.decode()
    )


def test_what_a_saved_reply_says_beyond_the_stores_data_comes_with_the_page(
    mira: Merchant, app: RunningApp, talk: str
) -> None:
    # The shop's pages are read beside this, at their own time: none of them says 17.
    for title, text in (
        ("Delivery", "Hello. It takes <17 days>."),
        ("Price", "The lamp costs €129.00."),
        ("Greeting", "Hello! I will look at it."),
    ):
        mira.submits("/admin/inbox/replies", {"title": title, "text": text})

    page = page_of(mira, talk).content.decode()
    assert page.count("This saved reply mentions something that no store data") == 2
    assert 'data-sentence="{{"' in page
    assert 'data-sentence="It takes &lt;17 days&gt;."' in page
    assert 'data-sentence="The lamp costs €129.00."' in page

    price = {"amount": "129.00", "currency": "EUR"}
    lamp = {"title": "Lamp", "price": price}
    part = {"id": "part-1", "type": "products", "at": 0, "items": [lamp]}
    change(
        app,
        "UPDATE messages SET parts = :parts WHERE conversation_id = :talk AND seq = 2",
        parts=json.dumps([part]),
        talk=talk,
    )
    # It has been shown in this conversation.
    assert 'data-sentence="The lamp costs' not in page_of(mira, talk).content.decode()


def test_earlier_messages_are_a_page_away(
    mira: Merchant, app: RunningApp, talk: str
) -> None:
    for seq in range(3, 71):
        change(
            app,
            "INSERT INTO messages (shop_id, conversation_id, seq, id, role, text, status, at,"
            " search_id) SELECT shop_id, conversation_id, :seq, :id, 'shopper', :text,"
            " 'answered', at, :search FROM messages WHERE conversation_id = :talk AND seq = 1",
            seq=seq,
            id=f"{seq:032x}",
            text=f"Message {seq}",
            talk=talk,
            search=uuid.uuid4().int >> 66,
        )
    change(app, "UPDATE conversations SET last_seq = 70 WHERE id = :talk", talk=talk)

    latest = page_of(mira, talk)
    assert texts_in(latest) == [f"Message {seq}" for seq in range(21, 71)]
    assert f"/admin/inbox/{talk}?before=21" in latest.content.decode()
    earlier = mira.fetches(f"/admin/inbox/{talk}?before=21")
    assert texts_in(earlier)[-1] == "Message 20"
    assert len(texts_in(earlier)) == 20
    assert b"<live-part" not in earlier.content
    assert client_id_of(earlier)


def test_whatever_people_write_is_text(
    mira: Merchant, ana: Person, app: RunningApp
) -> None:
    ana.says(
        MARKUP,
        wait=25,
        page={"url": "javascript:alert(3)", "title": MARKUP, "productId": "'><script>"},
    )
    talk = only_conversation(mira)
    choose(mira, own_name=MARKUP[:80], team_name=MARKUP[:40])
    says(mira, talk, MARKUP)
    lamp = {"title": "<b onclick=x>", "url": "javascript:x", "price": "<u>"}
    part = {"id": "'><img", "type": "products", "at": 0, "items": [lamp]}
    change(
        app,
        "UPDATE messages SET parts = :parts WHERE conversation_id = :talk AND seq = 1",
        parts=json.dumps([part]),
        talk=talk,
    )

    page = page_of(mira.colleague("43"), talk).content.decode()

    for harmful in (
        "<img",
        "<script>alert",
        "<b onclick",
        "<u>",
        'href="javascript',
        'src="data:',
    ):
        assert harmful not in page
    assert "&lt;b onclick=x&gt;" in page
    assert "Products" in page


ACTS = ("take", "say", "hand-back", "close", "notes")


def test_otto_sees_and_does_nothing_and_an_unknown_id_looks_the_same(
    mira: Merchant, otto: Merchant, app: RunningApp, talk: str
) -> None:
    turn = ask(app, "SELECT id FROM turns WHERE conversation_id = :talk", talk=talk)[
        0
    ].id
    fields = {
        "text": "Hello",
        "note": "Hello",
        "client_id": "0" * 32,
        "instead_of": "42",
    }

    for path in ("", "/changes", f"/turns/{turn}"):
        told = [
            otto.fetches(f"/admin/inbox/{name}{path}")
            for name in (talk, "0" * 32, "%27", "a%00b")
        ]
        assert [answer.status for answer in told] == [404] * 4
        assert len({answer.body["error"]["message"] for answer in told}) == 1
    for act in ACTS:
        told = [
            otto.submits(f"/admin/inbox/{name}/{act}", fields)
            for name in (talk, "0" * 32, "%27", "a%00b")
        ]
        assert [answer.status for answer in told] == [404] * 4
    assert len(messages_of(app, talk)) == 2
    assert not ask(app, "SELECT 1 FROM notes WHERE conversation_id = :talk", talk=talk)
    assert not ask(
        app, "SELECT 1 FROM access_log WHERE conversation_id = :talk", talk=talk
    )
    assert inbox_of(mira, view="staff") == []


@pytest.mark.parametrize("token", ["", "no.token.atall"])
def test_without_a_token_there_is_nothing(
    mira: Merchant, app: RunningApp, talk: str, token: str
) -> None:
    for path in ("", "/changes", f"/turns/{'0' * 32}"):
        answer = mira.fetches(f"/admin/inbox/{talk}{path}", token=token)
        assert answer.status in (302, 401)
        assert b"cable" not in answer.content
    for act in ACTS:
        assert mira.submits(
            f"/admin/inbox/{talk}/{act}", {"text": "x"}, token=token
        ).status in (302, 401)
    assert len(messages_of(app, talk)) == 2


def test_another_process_shows_the_same(
    app_factory: AppFactory, ai: ScriptedModel, shop: str
) -> None:
    first = app_factory("postgresql")
    second = first.sibling()
    ben, mira = Person(first.base, shop), Merchant(second.base, shop)
    ben.says("Hello", wait=25)
    talk = only_conversation(mira)
    ai.script(when="stool", chunks=400, gap_ms=50)
    turn = ben.says("And the stool?").turn

    assert (
        mira.fetches(f"/admin/inbox/{talk}/turns/{turn}").body["events"][0]["name"]
        == "text"
    )
    assert mira.submits(f"/admin/inbox/{talk}/take").status == 303
    assert ben.follows(turn).names[-1] == "handed_over"
    wait_until(
        lambda: ben.history().body["mode"] == "staff", "the other process to know"
    )
