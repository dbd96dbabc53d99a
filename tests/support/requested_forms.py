"""Forms that shoppers have filled in and sent, and what they have left for the staff, as the chat
leaves them.
"""

from base64 import b64decode
from dataclasses import replace

from sqlalchemy import Connection, create_engine, text

from backend.config import database_address
from backend.flows import request_records, runs
from backend.flows.answers import Answers, Price, Quote
from backend.flows.orders import Line, ProductRef, VariantRef
from backend.flows.runs import Run, RunState, Sealing
from backend.services import Services
from backend.shops import directory
from backend.store.encryption import Vault
from tests.support.running_app import ENCRYPTION_KEY, RunningApp

KEY = b64decode(ENCRYPTION_KEY)
PHONE, EMAIL = "+4915112345678", "ben@example.com"
HOUR_MS = 3_600_000

REMOTE = Line(
    words="11 remote controls",
    quantity=11,
    product=ProductRef(7, "remote-control", "Remote control"),
    variant=VariantRef(71, "Black"),
)
MUG = Line(
    words="2 mugs",
    quantity=2,
    product=ProductRef(8, "harbour-mug", "Harbour Mug"),
    variant=VariantRef(81, ""),
)
UNKNOWN = Line(words="3 flux capacitors", quantity=3, asks=("product",))
ORDER = Answers(
    lines=(REMOTE, MUG, UNKNOWN),
    name="Ben Example",
    phone=PHONE,
    email=EMAIL,
    place="pickup:Harbour",
    quote=Quote(1, (Price(71, "19.90", "EUR"), Price(81, "8.00", "EUR"))),
    is_confirmed=True,
)
# When he is to be called stands beside the times of a test.
CALL = Answers(name="Ben Example", phone=PHONE, when_from=1, when_text="at once")


def with_keys(services: Services) -> Services:
    """The same, with a key to keep contact details with."""
    config = replace(services.config, encryption_keys=(KEY,))
    return replace(services, config=config)


def sealing_of(services: Services, shop_id: int) -> Sealing:
    with services.db.reading() as connection:
        shop = directory.get_shop(connection, shop_id)
    return Sealing.of(services.config, shop.session_key)


def add_order(services: Services, shop_id: int, talk_id: str, **changes: object) -> str:
    """Returns the request's id."""
    answers = ORDER.replace(**changes)
    return _add(services, shop_id, talk_id, "bulk_order", answers)


def add_callback(
    services: Services, shop_id: int, talk_id: str, **changes: object
) -> str:
    answers = CALL.replace(**changes)
    return _add(services, shop_id, talk_id, "callback_request", answers)


def add_open_run(
    services: Services,
    shop_id: int,
    talk_id: str,
    step: str = "contact",
    answers: Answers = ORDER,
) -> Run:
    """Somebody is in the middle of an order."""
    run = runs.new_run(shop_id, talk_id, "bulk_order", 1, "en")
    begun = replace(run, step=step, answers=answers)
    services.db.write(runs.add, sealing_of(services, shop_id), begun)
    return begun


def _add(
    services: Services, shop_id: int, talk_id: str, flow: str, answers: Answers
) -> str:
    sealing = sealing_of(services, shop_id)
    run = runs.new_run(shop_id, talk_id, flow, 1, "en")
    sent: str = services.db.write(_send, sealing, run, answers)
    return sent


def _send(connection: Connection, sealing: Sealing, run: Run, answers: Answers) -> str:
    """Begun, answered and sent."""
    runs.add(connection, sealing, run)
    finished = replace(run, answers=answers, state=RunState.FINISHED)
    runs.save(connection, sealing, finished)
    return request_records.open_request(connection, sealing, finished, None).request_id


def send_form(
    app: RunningApp,
    domain: str,
    talk_id: str,
    flow: str,
    answers: Answers,
) -> str:
    """The same in the store of an app that runs."""
    engine = create_engine(database_address(app.store.database_url))
    with engine.begin() as connection:
        query = text("SELECT id, session_key FROM shops WHERE domain = :domain")
        shop = connection.execute(query, {"domain": domain}).one()
        sealing = Sealing(Vault([KEY]), bytes(shop.session_key))
        run = runs.new_run(shop.id, talk_id, flow, 1, "en")
        request_id = _send(connection, sealing, run, answers)
    engine.dispose()
    return request_id
