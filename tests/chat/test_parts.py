"""What a reply shows besides its words goes wherever they go: to readers, into history, exports and
the inbox; and it is kept, taken over and forgotten with them.
"""

import csv
import io
import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import gevent
import jsonschema_rs
import pytest
from gevent.event import Event
from sqlalchemy import update

from backend.ai.provider import Usage
from backend.chat import accepting, events, history, turns
from backend.chat.accepting import Accepted
from backend.chat.sessions import Caller
from backend.chat.turns import TurnStatus
from backend.errors import AssistantBusy
from backend.exports import reader
from backend.exports.csv_export import write_csv
from backend.exports.json_export import write_json
from backend.exports.pdf_export import write_pdf
from backend.exports.reader import ExportFilter
from backend.inbox import handoff
from backend.services import Services
from backend.shops.settings import DEFAULTS
from backend.store import tables
from backend.store.live import LiveEvent, first_number
from backend.tools.toolbox import Toolbox
from backend.web import responses
from backend.web.admin import conversation as inbox_page
from backend.web.responses import Reader
from tests.contract.contract_document import is_valid
from tests.support.any_model import answer_with
from tests.support.lamp_tool import FIND_LAMPS, lamps
from tests.support.processes import ROOT
from tests.support.stepwise_model import CALL, StepwiseModel
from tests.support.talking import LATEST, end_of, says

SHOWN = {"id": "part-1", "at": 12} | lamps()
WHOLE = "Let me look.\n\nOne lamp."
EXPORT = ROOT / "docs/schemas/conversation-export.schema.json"


@pytest.fixture
def services(services: Services) -> Services:
    """With one tool."""
    return replace(services, tools=Toolbox([FIND_LAMPS]))


@pytest.fixture
def may_go_on() -> Event:
    return Event()


@pytest.fixture
def asked(working: Services, ana: Caller, may_go_on: Event) -> Accepted:
    """Ana's question, in the middle of its answer: the lamp is shown already."""
    answer_with(
        working, StepwiseModel(["Let me look.", CALL], [may_go_on, "One lamp."])
    )
    accepted = says(working, ana, "Have you lamps?")
    heard(working, ana, accepted, until="part")
    return accepted


def heard(
    services: Services, who: Caller, it: Accepted, until: str = "", after: int = 0
) -> list[LiveEvent]:
    """The events of a turn, to the first of that name or to its end."""
    turn = turns.get(services, who, it.session_id, it.turn_id)
    found: list[LiveEvent] = []
    with gevent.Timeout(10):
        for some in events.follow(services, turn, after, 0.5):
            found += some
            if until in [event.name for event in some]:
                break
    return found


def payload(event: LiveEvent) -> Any:
    return json.loads(event.data)


def messages_of(services: Services, who: Caller, it: Accepted) -> list[Any]:
    """(text, parts, status) of the assistant's messages."""
    page = history.read(services, who, it.session_id, LATEST)
    said = [message for message in page.messages if message.role == "assistant"]
    return [(each.text, each.parts, each.status) for each in said]


def shown_of(services: Services, who: Caller, it: Accepted) -> dict[str, Any]:
    """History, as a browser gets it."""
    page = history.read(services, who, it.session_id, LATEST)
    reader = Reader(services.config, who, it.session_id)
    response = responses.history(reader, page)
    return json.loads(response.get_data())


def test_a_part_is_followed_reloaded_and_kept(working, ana, asked, may_go_on):
    reloaded = shown_of(working, ana, asked)
    assert is_valid("History", reloaded)
    assert reloaded["turn"]["text"] == "Let me look."
    assert reloaded["turn"]["parts"] == [SHOWN]

    may_go_on.set()
    rest = heard(working, ana, asked, after=reloaded["turn"]["next"])
    assert [event.name for event in rest] == ["text", "finished"]

    everything = heard(working, ana, asked)
    assert [event.name for event in everything] == ["text", "part", "text", "finished"]
    assert payload(everything[1]) == {"at": 12, "part": SHOWN}
    for event in everything:
        told = {"id": event.number, "name": event.name, "data": payload(event)}
        assert is_valid("Event", told)

    later = shown_of(working, ana, asked)
    assert is_valid("History", later)
    assert [said["parts"] for said in later["messages"]] == [[], [SHOWN]]
    assert later["messages"][1]["text"] == WHOLE
    assert end_of(working, ana, asked).parts is None


def test_a_part_is_exported_in_every_form(
    working, ana, asked, may_go_on, tmp_path: Path
):
    may_go_on.set()
    end_of(working, ana, asked)

    exported = json.loads(b"".join(write_json("shop", 0, found(working, ana))))
    jsonschema_rs.validator_for(json.loads(EXPORT.read_text())).validate(exported)
    [talk] = exported["conversations"]
    assert [said["parts"] for said in talk["messages"]] == [[], [SHOWN]]

    table = b"".join(write_csv(found(working, ana), DEFAULTS)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table, newline="")))
    lamp = "Products: Harbour Lamp — €129.00, /products/harbour-lamp"
    assert [row["parts"] for row in rows] == ["", lamp]

    pdf = tmp_path / "export.pdf"
    pdf.write_bytes(b"".join(write_pdf("Tide", DEFAULTS, found(working, ana))))
    text = subprocess.run(
        ["pdftotext", pdf, "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "Harbour Lamp — €129.00" in text


def found(services: Services, who: Caller) -> Any:
    return reader.read_conversations(services, who.shop.id, ExportFilter())


def test_staff_see_a_part_in_lines_while_it_is_written(working, ana, asked, may_go_on):
    live = heard(working, ana, asked, until="part")[-1]

    assert inbox_page._payload_of(live) == {
        "id": "part-1",
        "heading": "Products",
        "lines": ["Harbour Lamp — €129.00"],
    }


def test_a_stop_keeps_what_readers_have_seen(working, ana, asked, may_go_on):
    turns.stop(working, ana, asked.session_id, asked.turn_id)
    may_go_on.set()

    assert messages_of(working, ana, asked) == [("Let me look.", [SHOWN], "partial")]


def test_so_does_a_person_who_takes_over(working, ana, asked, may_go_on):
    handoff.take_over(working, ana.shop.id, asked.conversation_id, "42")
    may_go_on.set()

    reply, (_, [joined], _) = messages_of(working, ana, asked)
    assert reply == ("Let me look.", [SHOWN], "partial")
    assert joined["state"] == "joined"


def test_a_reply_of_parts_alone_is_one(working, ana):
    answer_with(working, StepwiseModel([CALL], [AssistantBusy()]))
    said = says(working, ana, "Have you lamps?")

    assert end_of(working, ana, said).status is TurnStatus.FAILED
    shown = SHOWN | {"at": 0}
    assert messages_of(working, ana, said) == [("", [shown], "partial")]


def test_a_retry_begins_without_the_parts_of_before(working, ana):
    answer_with(working, StepwiseModel(["Let me look.", CALL], [AssistantBusy()]))
    said = says(working, ana, "Have you lamps?")
    failed = end_of(working, ana, said)
    assert messages_of(working, ana, said) == [("Let me look.", [SHOWN], "partial")]

    answer_with(working, StepwiseModel(["One lamp."]))
    accepting.retry(working, ana, said.session_id, said.turn_id)
    end_of(working, ana, said)

    assert messages_of(working, ana, said) == [("One lamp.", None, "answered")]
    anew = heard(working, ana, said, after=failed.last_number)
    assert [event.name for event in anew] == ["restart", "text", "finished"]


def test_whoever_takes_a_turn_over_begins_without_them(working, ana, asked, may_go_on):
    working.checkpoints.write(turns.save_checkpoints)
    assert turns.get(working, ana, asked.session_id, asked.turn_id).parts == [SHOWN]

    claim = replace(asked.claim, epoch=2, begun=False)
    attempt = working.db.write(turns.begin, claim, 60)
    may_go_on.set()

    assert attempt is not None
    assert (attempt.turn.text, attempt.turn.parts) == ("", None)


def test_without_a_live_log_readers_get_the_text_and_then_the_parts(services, ben):
    """Another process goes on with the turn, and nothing of it is heard here."""
    said = says(services, ben, "Have you lamps?")
    number = first_number(2) + 3
    values: dict[str, Any] = {"epoch": 2, "attempt": 2, "last_number": number}
    values |= {"text": "Let me look.", "parts": [SHOWN]}
    services.db.write(set_turn, said, values)

    told = heard(services, ben, said, until="part", after=3)

    assert [(event.number, event.name) for event in told] == [
        (first_number(2), "restart"),
        (number, "text"),
        (number, "part"),
    ]
    assert payload(told[-1]) == {"at": 12, "part": SHOWN}


def set_turn(connection: Any, it: Accepted, values: dict[str, Any]) -> None:
    table = tables.turns
    mine = (table.c.shop_id == it.shop_id) & (table.c.id == it.turn_id)
    connection.execute(update(table).where(mine).values(values))


def test_the_services_own_figures_are_what_a_turn_has_cost(working, ana):
    answer_with(
        working,
        StepwiseModel([CALL, Usage(120, 30)], ["One lamp.", Usage(200, 7)]),
    )
    answered = end_of(working, ana, says(working, ana, "Have you lamps?"))

    assert (answered.tokens_in, answered.tokens_out) == (320, 37)
