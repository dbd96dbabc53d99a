"""The two calls beside a mail: an address is left, and a link is opened; whatever is wrong with a
link is answered alike.
"""

from collections.abc import Iterator

import pytest

from backend.chat import reply_links
from backend.config import database_address
from backend.store.database import Database
from tests.contract import database_hand
from tests.contract.checked_people import CheckedPerson
from tests.support.people import Answer

DAY_MS = 86_400_000


@pytest.fixture
def db(app) -> Iterator[Database]:
    """The running app's."""
    db = Database(database_address(app.store.database_url))
    yield db
    db.close()


def link_of(db: Database, app, who: CheckedPerson) -> str:
    """To the only conversation of the shop."""
    ((shop_id, conversation_id),) = database_hand.ask(
        app,
        "SELECT shop_id, id FROM conversations WHERE shop_id = "
        "(SELECT id FROM shops WHERE domain = :domain)",
        domain=who.shop,
    )
    return db.write(reply_links.add_link, shop_id, conversation_id)


def opens(who: CheckedPerson, token: object) -> Answer:
    return who.sends("link", {"token": token, "firstId": who.device.first_id})


def told(answer: Answer) -> tuple[int, dict[str, object], set[str]]:
    """All of an answer but what is drawn for each."""
    error = {name: part for name, part in answer.body["error"].items() if name != "ref"}
    return answer.status, error, set(answer.headers)


def test_a_link_leads_ben_back_on_his_phone(ben, app, db):
    ben.follows(ben.says("Do you have mugs?").turn)
    token = link_of(db, app, ben)
    phone = ben.elsewhere()

    opened = opens(phone, token)
    again = opens(phone, token)

    assert opened.status == again.status == 200
    assert (
        phone.keeps(opened).history().body["messages"][0]["text"] == "Do you have mugs?"
    )
    assert ben.history().body["messages"]
    assert opens(ben.elsewhere(), token).status == 404


def test_whatever_is_wrong_with_a_link_is_answered_like_an_unknown_session(
    ben, otto, app, db
):
    ben.follows(ben.says("Do you have mugs?").turn)
    otto.says("Hello")
    phone = ben.elsewhere()
    used, old, foreign, over = (link_of(db, app, ben) for _ in range(4))
    assert opens(phone.elsewhere(), used).status == 200
    database_hand.change(
        app,
        "UPDATE reply_links SET until = created_at WHERE token_hash = :hash",
        hash=reply_links._hash_of(old),
    )
    never = told(phone.sends("person", {"sessionId": "x" * 43}))

    wrong = ["", "x", "x" * 43, "x" * 5_000, "\0", "ä" * 43, used, old]
    answers = [told(opens(phone, token)) for token in wrong]
    answers.append(told(opens(otto.elsewhere(), foreign)))
    ben.sends("reset", {"sessionId": ben.device.session_id})
    answers.append(told(opens(phone, over)))
    ben.sends("reset", {"sessionId": ben.device.session_id, "erase": True})
    answers.append(told(opens(phone, over)))

    assert answers == [never] * len(answers)


def test_no_address_is_taken_where_no_mail_is_sent(ben):
    ben.says("Do you have mugs?")
    asked = {"sessionId": ben.device.session_id, "email": "ben@example.com"}

    answer = ben.sends("person/email", asked)

    assert (answer.status, answer.code) == (422, "invalid")
    assert ben.sends("person/email", {"email": "ben@example.com"}).status == 404


@pytest.mark.parametrize("fields", [{"token": 1}, {"firstId": 1}, {"email": 1}])
def test_what_is_no_text_is_named(ben, fields: dict[str, object]):
    path = "person/email" if "email" in fields else "link"

    assert ben.sends(path, fields).status == 422
