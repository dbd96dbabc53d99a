"""Forms as their tests need them: a merchant's terms, an order's lines, a run of Ana's in a
conversation of Mira's shop.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from backend.chat import conversations
from backend.chat.turns import Turn
from backend.config import encryption_keys
from backend.flows import advance, runs
from backend.flows.advance import Ground
from backend.flows.answers import Answers, Price, Quote
from backend.flows.flow_terms import Terms
from backend.flows.flows import FLOWS
from backend.flows.orders import Candidate, Line, ProductRef, VariantRef
from backend.flows.runs import Run
from backend.services import Services
from backend.shops import directory
from backend.shops.directory import Shop
from backend.shops.settings import PickupPlace, Settings
from tests.support.running_app import ENCRYPTION_KEY
from tests.support.talks import MIRAS, add_talk
from tests.support.turns_at_work import turn_of

# A Wednesday, ten o'clock.
NOW = int(datetime(2026, 11, 25, 10, tzinfo=UTC).timestamp() * 1000)
HARBOUR = PickupPlace("Harbour", "Quay 4, Hamburg", "Mon–Fri 9–17")
HILL = PickupPlace("Hill", "Upper Lane 2, Hamburg")
NOTHING = Answers()
NAME, PHONE, EMAIL = "Ana Costa", "+4930901820", "ana@example.com"
CONTACT: dict[str, Any] = {"name": NAME, "phone": PHONE, "email": EMAIL}
SECRETS = (NAME, "Costa", PHONE, "901820", EMAIL, "ana@")


def with_key(services: Services) -> Services:
    """The same, set up to keep secrets."""
    keys = encryption_keys(ENCRYPTION_KEY)
    return replace(services, config=replace(services.config, encryption_keys=keys))


def terms_of(language: str = "en", **settings: Any) -> Terms:
    return Terms(Settings(**settings), language, "DE", NOW)


def ref(number: int, title: str) -> ProductRef:
    return ProductRef(number, title.lower().replace(" ", "-"), title)


def line(number: int, title: str, quantity: int | None, *asks: str) -> Line:
    """Of a product with one variant."""
    return Line(
        words=title.lower(),
        quantity=quantity,
        product=ref(number, title),
        variant=VariantRef(number * 100, ""),
        asks=asks,
    )


def sized(number: int, title: str, size: str, quantity: int | None) -> Line:
    return replace(
        line(number, title, quantity),
        variant=VariantRef(number * 100 + 1, size),
    )


def candidate(number: int, title: str, variant: str = "") -> Candidate:
    return Candidate(
        ref(number, title),
        VariantRef(number * 100, variant),
        available=True,
    )


LAMPS = line(6, "Desk Lamp", 11)
SCARVES = line(13, "Wool Scarf", 4)
WHICH_LAMP = Line(
    "lamps",
    11,
    asks=("product",),
    candidates=(candidate(6, "Desk Lamp"), candidate(7, "Floor Lamp")),
)
HOW_MANY = line(6, "Desk Lamp", None, "quantity")
UNKNOWN = Line("unobtainium", 3, asks=("product",))

QUOTE = Quote(NOW, (Price(600, "39.00", "EUR"), Price(1300, "35.00", "EUR")))
TO_CONFIRM = Answers(lines=(LAMPS,), **CONTACT, place="pickup:Harbour", quote=QUOTE)


def run_of(
    flow: str = "bulk_order",
    answers: Answers = NOTHING,
    **fields: Any,
) -> Run:
    """As it would be stored; none is."""
    begun = runs.new_run(MIRAS, "a" * 32, flow, FLOWS[flow].version, "en")
    return replace(begun, answers=answers, **fields)


def begin(
    services: Services,
    flow: str = "bulk_order",
    answers: Answers = NOTHING,
    **more: Any,
) -> Run:
    """In a conversation that exists; `more` may have `number` and `shop`, whose it is, `seq`, and
    the merchant's `settings`.
    """
    shop_id = more.get("shop", MIRAS)
    number = more.get("number", 1)
    where = (shop_id, f"{number:032x}")
    with services.db.reading() as connection:
        known = conversations.find(connection, *where)
    if known is None:
        add_talk(services, shop_id, number, ["Hello"])

    run = runs.new_run(*where, flow, FLOWS[flow].version, more.get("language", "en"))
    run = replace(run, answers=answers, seq=more.get("seq", 1))
    ground = ground_of(services, shop_id, **more.get("settings", {}))
    return services.db.write(advance.begin, ground, run)


def ground_of(services: Services, shop_id: int = MIRAS, **settings: Any) -> Ground:
    shop = shop_of(services, shop_id)
    if settings:
        shop = replace(shop, settings=Settings(**settings))
    terms = Terms(shop.settings, "en", "DE", NOW)
    return Ground(services.config, shop, terms)


def shop_of(services: Services, shop_id: int = MIRAS) -> Shop:
    with services.db.reading() as connection:
        return directory.get_shop(connection, shop_id)


def kept(services: Services, run: Run) -> Run:
    """As it is stored now."""
    with services.db.reading() as connection:
        found = runs.find(connection, services.config, run.shop_id, run.id)
    assert found is not None
    return found


def chosen(services: Services, shop_id: int = MIRAS, **settings: Any) -> None:
    """What the merchant has set."""
    saved = Settings(**settings)
    services.db.write(directory.save_settings, shop_id, saved, 0)


def turn_in(run: Run, seq: int, **fields: Any) -> Turn:
    """About a later message of its conversation."""
    return replace(
        turn_of(),
        shop_id=run.shop_id,
        conversation_id=run.conversation_id,
        seq=seq,
        **fields,
    )
