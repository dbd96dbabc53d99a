"""While a reply is being written: its draft is kept for its writer alone, others see that somebody
writes, products are found and go along.
"""

import uuid

import pytest

from tests.contract.database_hand import change
from tests.support.inbox_pages import client_id_of, only_conversation
from tests.support.merchants import Merchant
from tests.support.people import Answer, Person
from tests.support.running_app import RunningApp
from tests.support.waiting import wait_until


@pytest.fixture
def talk(mira: Merchant, ben: Person) -> str:
    ben.says("Do you have a bowl?", wait=25)
    return only_conversation(mira)


def page_of(who: Merchant, talk: str) -> str:
    return who.fetches(f"/admin/inbox/{talk}").content.decode()


def says(who: Merchant, talk: str, text: str, **more: str) -> Answer:
    fields = {"text": text, "client_id": uuid.uuid4().hex}
    return who.submits(f"/admin/inbox/{talk}/say", fields | more)


def test_a_draft_comes_back_for_its_writer_until_it_is_sent(
    mira: Merchant, talk: str
) -> None:
    draft = f"/admin/inbox/{talk}/draft"
    noah = mira.colleague("43")

    assert mira.submits(draft, {"text": "Dear <b>guest", "typing": "yes"}).body == {
        "saved": True
    }
    assert "Dear &lt;b&gt;guest</textarea>" in page_of(mira, talk)
    noahs = page_of(noah, talk)
    assert "Dear" not in noahs
    assert "is typing" in noahs

    says(mira, talk, "Dear <b>guest")
    # Saved late, behind the message itself.
    mira.submits(draft, {"text": "Dear <b>guest"})
    assert "guest</textarea>" not in page_of(mira, talk)
    assert mira.submits(draft, {"text": "x" * 8_001}).status == 422


def test_what_is_in_curly_brackets_is_filled_in_or_refused(
    mira: Merchant, ben: Person, talk: str
) -> None:
    text = "Hello {{customer.first_name}}, {{order}} is on its way"
    mira.submits("/admin/inbox/replies", {"title": "On its way", "text": text})
    page = page_of(mira, talk)
    assert 'data-inserts="Hello, {{order}} is on its way"' in page

    refused = says(mira, talk, "Your {{order}} is on its way")

    assert refused.status == 422
    assert "before you send: {{order}}" in refused.content.decode()
    assert "Your {{order}} is on its way</textarea>" in refused.content.decode()
    assert [it["role"] for it in ben.history().body["messages"]][-1] != "staff"


def test_products_are_found_and_go_along_as_cards(
    mira: Merchant, ben: Person, talk: str
) -> None:
    find = f"/admin/inbox/{talk}/products?words=bowl"
    wait_until(lambda: b"data-handle" in mira.fetches(find).content, "its products")
    assert b"tidepool-bowls" in mira.fetches(find).content
    nothing = mira.fetches(f"/admin/inbox/{talk}/products?words=")
    assert b"<li" not in nothing.content

    refused = says(mira, talk, "These?", product="no-such-thing")
    assert refused.status == 422
    assert "in your store anymore" in refused.content.decode()
    assert says(mira, talk, "These?", product="tidepool-bowls").status == 303

    said = ben.history().body["messages"][-1]
    [part] = said["parts"]
    assert (said["role"], part["type"], part["at"]) == ("staff", "products", 6)
    assert [item["handle"] for item in part["items"]] == ["tidepool-bowls"]
    assert "Tidepool Bowls" in page_of(mira, talk)


def test_a_failure_is_settled_when_a_person_has_answered(
    mira: Merchant, app: RunningApp, talk: str
) -> None:
    change(
        app,
        "UPDATE turns SET status = 'failed', failure = 'timeout'"
        " WHERE conversation_id = :talk",
        talk=talk,
    )
    change(
        app,
        "UPDATE messages SET status = 'failed'"
        " WHERE conversation_id = :talk AND seq = 1",
        talk=talk,
    )
    before = page_of(mira, talk)
    assert "couldn’t reply (timeout)" in before
    assert "No reply" in before

    says(mira, talk, "We have one.")

    page = page_of(mira, talk)
    assert "couldn’t reply" not in page
    assert "No reply" not in page


def test_a_note_is_edited_in_its_place_and_says_so(mira: Merchant, talk: str) -> None:
    mira.submits(f"/admin/inbox/{talk}/notes", {"note": "Call back"})
    page = page_of(mira, talk)
    [_, rest] = page.split(f'action="/admin/inbox/{talk}/notes/', 1)
    note = rest[:32]
    assert "Edited" not in page

    edited = mira.colleague("43").submits(
        f"/admin/inbox/{talk}/notes/{note}", {"note": "Called back"}
    )

    assert edited.status == 303
    page = page_of(mira, talk)
    assert "Called back" in page
    assert "Edited" in page
    for path, text in ((note, " "), ("0" * 32, "x")):
        refused = mira.submits(f"/admin/inbox/{talk}/notes/{path}", {"note": text})
        assert refused.status in (404, 422)


def test_earlier_messages_keep_the_composer(mira: Merchant, talk: str) -> None:
    earlier = mira.fetches(f"/admin/inbox/{talk}?before=2")

    assert client_id_of(earlier)
    assert b"<live-part" not in earlier.content
