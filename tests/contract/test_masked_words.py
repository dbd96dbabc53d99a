"""A shopper's secrets are masked before anything is stored, logged, sent or exported; words of
staff are not touched.
"""

import json

from tests.contract.database_hand import ask
from tests.support.canaries import traces
from tests.support.merchants import Merchant
from tests.support.people import Person
from tests.support.running_app import RunningApp
from tests.support.scripted_model import ScriptedModel

CARD, LAST_FOUR = "4000056655665556", "5556"
GROUPED = "4000 0566 5566 5556"
ONE_TIME, PASSWORD = "739164", "Krummhorn7"


def test_what_was_masked_is_in_no_table_no_log_no_prompt_and_no_export(
    app: RunningApp, ben: Person, mira: Merchant, ai: ScriptedModel
) -> None:
    ai.will_say("Please never send such numbers.", gap_ms=0)
    written = f"My card is {GROUPED}, code is {ONE_TIME}, my password is {PASSWORD}"
    secrets = [CARD, GROUPED, ONE_TIME, PASSWORD]

    said = ben.says(written, wait=25)
    ben.says("Was that safe?", wait=25)

    prompts = json.dumps(ai.calls(), ensure_ascii=False)
    exported = mira.exports().content.decode()
    history = json.dumps(ben.history().body, ensure_ascii=False)
    for told in (prompts, exported, history):
        assert f"•••• {LAST_FOUR}" in told
        assert not [secret for secret in secrets if secret in told]

    assert said.status == 201
    assert not [secret for secret in secrets if secret in app.logs()]
    assert not traces(app, secrets)


def test_what_staff_write_is_theirs_and_stays(
    app: RunningApp, ben: Person, mira: Merchant
) -> None:
    ben.says("Hello", wait=25)
    rows = ask(
        app,
        "SELECT c.id FROM conversations c JOIN shops s ON s.id = c.shop_id"
        " WHERE s.domain = :domain",
        domain=mira.shop,
    )
    talk = rows[0].id
    mira.submits(f"/admin/inbox/{talk}/take")

    form = {"text": f"Your code is {ONE_TIME}", "client_id": "0" * 32}
    mira.submits(f"/admin/inbox/{talk}/say", form)

    assert f"Your code is {ONE_TIME}" in json.dumps(ben.history().body)
