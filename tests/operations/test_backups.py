"""A backup is one command while the app runs, and a new machine goes on from it as if the old one
had only paused.
"""

import base64
import secrets
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.merchants import Merchant
from tests.support.people import Person
from tests.support.running_app import ENCRYPTION_KEY, RunningApp
from tests.support.scripted_model import ScriptedModel
from tests.support.stores import Stores

PAGE = "/admin/export"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(
    request: pytest.FixtureRequest, stores: Stores, start_app: Callable[..., RunningApp]
) -> Iterator[RunningApp]:
    """The machine that is backed up. The stories below follow one another: the last one ends it."""
    app = start_app(stores.new(request.param))
    yield app
    app.close()


def test_a_backup_is_made_beside_a_reply_and_shows_no_word_of_it(
    app: RunningApp, shop: str, tmp_path: Path, ai: ScriptedModel
) -> None:
    file, canary = tmp_path / "backup", uuid.uuid4().hex
    ana = Person(app.base, shop)
    ai.script(chunks=60, gap_ms=50, when=canary)
    turn = ana.says(canary).turn

    app.flask("backup", str(file))

    assert ana.follows(turn).names[-1] == "finished"
    assert canary.encode() not in file.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["backup"]


def test_a_backup_of_another_kind_or_key_or_a_cut_one_changes_nothing(
    app: RunningApp, stores: Stores, tmp_path: Path
) -> None:
    file, cut = tmp_path / "backup", tmp_path / "cut"
    app.flask("backup", str(file))
    cut.write_bytes(file.read_bytes()[:-1])
    kind = app.store.kind
    elsewhere = stores.new("postgresql" if kind == "sqlite" else "sqlite")

    with pytest.raises(RuntimeError, match=f"of {kind}"):
        app.like(elsewhere).flask("restore", "--replace", str(file))
    with pytest.raises(RuntimeError, match="cut or changed"):
        app.flask("restore", "--replace", str(cut))
    with pytest.raises(RuntimeError, match="ENCRYPTION_KEYS"):
        app.like(ENCRYPTION_KEYS=new_key()).flask("restore", "--replace", str(file))
    assert app.get("/ready").status_code == 200


def test_a_key_is_replaced_without_anybody_installing_again(
    app: RunningApp, shop: str
) -> None:
    key = new_key()
    Merchant(app.base, shop).opens(PAGE)

    assert "Encrypted 1 anew" in app.like(
        ENCRYPTION_KEYS=f"{key},{ENCRYPTION_KEY}"
    ).flask("keys", "rotate")
    assert "Encrypted 0 anew" in app.like(ENCRYPTION_KEYS=key).flask("keys", "rotate")
    with pytest.raises(RuntimeError, match="not in ENCRYPTION_KEYS"):
        app.like(ENCRYPTION_KEYS=new_key()).flask("keys", "rotate")


def test_data_that_is_there_goes_only_when_the_operator_says_so(
    app: RunningApp, shop: str, tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    app.flask("backup", str(file))
    ana = Person(app.base, shop)
    ana.asks("Hello")
    app.kill()

    with pytest.raises(RuntimeError, match="--replace"):
        app.flask("restore", str(file))
    app.restart()
    assert texts(ana)


def test_a_new_machine_goes_on_from_a_backup(
    app: RunningApp, stores: Stores, shop: str, tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    mira, ana = Merchant(app.base, shop), Person(app.base, shop, customer="7001")
    mira.opens(PAGE)
    before = sent(ana, "Before the backup")
    app.flask("backup", str(file))
    after = sent(ana, "After the backup")
    app.kill()

    second = app.like(stores.new(app.store.kind))
    second.flask("restore", str(file))
    second.start()

    again = ana.at(second)
    assert texts(again) == ["Before the backup"]
    assert again.sends("chat", before["asked"]).body["turn"]["id"] == before["turn"]
    assert again.sends("chat", after["asked"]).status == 201
    assert texts(again) == ["Before the backup", "After the backup"]
    assert Merchant(second.base, shop).opens(PAGE).status == 200
    second.close()


def sent(who: Person, words: str) -> dict[str, Any]:
    """A message with all that a browser needs to send it once more, after its whole reply."""
    asked = {
        "message": words,
        "messageId": str(uuid.uuid4()),
        "firstId": who.device.first_id,
    }
    answer = who.sends("chat", asked)
    who.device.session_id = answer.body["sessionId"]
    who.follows(answer.turn)
    return {"asked": asked, "turn": answer.turn}


def texts(who: Person) -> list[str]:
    """What the shopper has said."""
    return [
        said["text"]
        for said in who.history().body["messages"]
        if said["role"] == "shopper"
    ]


def new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
