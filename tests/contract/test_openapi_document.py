"""docs/openapi.yaml is true and complete: every route is in it, and whatever it allows gets a
documented answer.
"""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from requests import PreparedRequest
from schemathesis import GenerationMode, openapi
from schemathesis.checks import CHECKS

from backend.app import create_app
from backend.chat.history import NOTHING
from backend.config import Config
from backend.errors import CODES
from tests.contract.checked_people import CheckedPerson
from tests.contract.contract_document import (
    DOCS,
    SCHEMAS,
    document,
    is_valid,
    schema_file,
)

SIGNED = {"shop", "logged_in_customer_id", "path_prefix", "timestamp", "signature"}
JUDGES = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]
EXAMPLES = 15
# A document that cannot be read gives something without `ok`, and the test fails to start.
_ALL: list[Any] = list(openapi.from_path(DOCS / "openapi.yaml").get_all_operations())
OPERATIONS: list[Any] = [found.ok() for found in _ALL]
MONEY = {"amount": "12.00", "currency": "EUR"}
PRODUCT = {
    "id": "gid://shopify/Product/1",
    "handle": "harbour-mug",
    "title": "Harbour Mug",
    "url": "/products/harbour-mug",
    "image": {"url": "/mug.svg", "alt": ""},
    "price": MONEY,
    "compareAtPrice": None,
    "available": True,
    "options": [{"name": "Colour", "values": ["Blue", "White"]}],
    "variants": [
        {
            "id": "1",
            "title": "Blue",
            "price": MONEY,
            "compareAtPrice": {"amount": "15.00", "currency": "EUR"},
            "available": True,
            "options": ["Blue"],
        }
    ],
}
FIELD = {
    "name": "pickup",
    "label": "Where?",
    "kind": "choice",
    "required": True,
    "options": [{"value": "1", "label": "Here"}],
}
LINE = {
    "title": "Harbour Mug",
    "variant": "Blue",
    "quantity": 3,
    "price": MONEY,
    "total": MONEY | {"amount": "36.00"},
    "note": "",
}
PARTS: dict[str, dict[str, Any]] = {
    "products": {"items": [PRODUCT]},
    "sources": {"items": [{"title": "Shipping", "url": "/pages/shipping"}]},
    "order": {
        "name": "#1042",
        "status": "fulfilled",
        "placedAt": "2026-11-20T12:00:00Z",
        "fulfilments": [
            {"status": "in_transit", "company": "DHL", "number": "1", "url": None}
        ],
        "items": [{"title": "Harbour Mug", "quantity": 2}],
    },
    "form": {
        "run": "1",
        "revision": 2,
        "flow": "bulk_order",
        "step": "place",
        "title": "Where should it go?",
        "fields": [FIELD],
        "values": {"pickup": "1"},
        "items": [LINE],
        "total": MONEY,
        "summary": [{"step": "contact", "label": "Name", "value": "Ben"}],
        "actions": ["back", "cancel", "change:contact"],
        "order": None,
        "state": "open",
    },
    "person": {"state": "away", "hours": "Monday to Friday, 9:00 to 17:00"},
}
WRONG: list[tuple[str, dict[str, Any]]] = [
    ("products", {"items": []}),
    ("products", {"items": [PRODUCT | {"price": 12}]}),
    ("products", {"items": [PRODUCT | {"price": MONEY | {"amount": "12,00"}}]}),
    ("products", {"items": [PRODUCT | {"html": "<b>"}]}),
    ("sources", {"items": [{"title": "Shipping"}]}),
    ("order", {"items": [{"title": "Harbour Mug", "quantity": 0}]}),
    ("form", {"state": "running"}),
    ("form", {"fields": [FIELD | {"options": []}]}),
    ("form", {"fields": [FIELD | {"kind": "password"}]}),
    ("form", {"fields": [FIELD | {"name": "a b"}]}),
    ("form", {"revision": 0}),
    ("form", {"flow": "quiz"}),
    ("form", {"items": [LINE | {"quantity": 0}]}),
    ("form", {"items": [LINE | {"price": 12}]}),
    ("form", {"actions": ["delete"]}),
    ("form", {"order": {"name": "#D7"}}),
    ("person", {"state": "gone"}),
    ("person", {"state": "joined", "name": ""}),
    ("person", {"usual_wait": 0}),
]


# What others may build on; the merchant's pages and webhooks are between Shopify and us.
PUBLIC = ("/proxy/", "/stream/", "/health", "/ready", "/metrics")


def test_the_document_has_every_route_and_nothing_else(tmp_path):
    settings = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/flux-chat.db",
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "secret",
        "HOST": "http://127.0.0.1:8000",
    }
    rules = create_app(Config.from_env(settings)).url_map.iter_rules()
    routes = {
        (
            rule.rule.replace("<turn_id>", "{turnId}").replace(
                "<conversation_id>", "{conversationId}"
            ),
            method.lower(),
        )
        for rule in rules
        if rule.rule.startswith(PUBLIC)
        for method in (rule.methods or set()) - {"HEAD"}
        if not (
            method == "OPTIONS" and getattr(rule, "provide_automatic_options", False)
        )
    }

    verbs = {"get", "post", "put", "patch", "delete", "options"}
    assert {
        (path, verb)
        for path, has in document()["paths"].items()
        for verb in has
        if verb in verbs
    } == routes


def test_the_list_of_codes_is_closed():
    schemas = document()["components"]["schemas"]

    assert (
        set(schemas["Error"]["properties"]["error"]["properties"]["code"]["enum"])
        == CODES
    )
    assert set(schemas["FailedData"]["properties"]["code"]["enum"]) <= CODES


def test_what_is_nothing_is_nothing_in_the_document_too():
    nothing: dict[str, Any] = {
        "messages": [],
        "turn": NOTHING.turn,
        "form": None,
        "mode": NOTHING.mode,
        "more": NOTHING.more,
        "waiting": NOTHING.waiting,
        "typing": NOTHING.typing,
        "rating": True,
    }

    assert is_valid("History", nothing)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_files_of_shapes_are_schemas(name: str):
    assert jsonschema_rs.meta.is_valid(schema_file(name))


def part(kind: str, **fields: Any) -> dict[str, Any]:
    return {"id": "part-1", "type": kind, "at": 0} | PARTS[kind] | fields


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_part_has_the_fields_of_its_type_and_no_others(kind: str):
    assert is_valid(kind, part(kind))
    assert not is_valid(kind, part(kind, html="<b>"))
    assert not is_valid(kind, part(kind, at=-1))
    assert not is_valid(kind, part(kind, id=""))
    for name in part(kind):
        rest = part(kind)
        del rest[name]
        assert not is_valid(kind, rest)


@pytest.mark.parametrize("kind, wrong", WRONG)
def test_a_part_with_another_value_is_none(kind: str, wrong: dict[str, Any]):
    assert not is_valid(kind, part(kind, **wrong))


def test_what_may_be_absent_may_be_null():
    mug = PRODUCT | {"image": None, "variants": []}

    assert is_valid("products", part("products", items=[mug]))
    finished: dict[str, Any] = {
        "step": None,
        "fields": [],
        "total": None,
        "state": "finished",
    }
    order = {"name": "#D7", "url": None}
    assert is_valid("form", part("form", **finished, order=order))
    assert is_valid("form", part("form", items=[LINE | {"price": None, "total": None}]))
    assert is_valid("person", part("person", hours=None))
    assert is_valid("person", part("person", callback=True))
    assert is_valid("person", part("person", email=True, usual_wait=5))
    for state in ("returned", "asked_back", "gave_up"):
        assert is_valid("person", part("person", state=state, hours=None, name=None))
    joined = {"state": "joined", "hours": None, "name": "Mira"}
    assert is_valid("person", part("person", **joined))


def test_a_form_that_is_open_stands_in_the_history_and_a_refusal_names_its_fields():
    history: dict[str, Any] = {
        "messages": [],
        "turn": None,
        "mode": "assistant",
        "more": False,
        "waiting": False,
        "typing": False,
        "rating": True,
    }
    error = {"code": "invalid", "message": "No.", "retry": False, "ref": "0" * 12}
    place = {"id": "0" * 32, "seq": 3}
    accepted = {
        "sessionId": "s" * 43,
        "session": "kept",
        "message": place | {"text": "Phone: ••• 00"},
        "turn": {"id": "0" * 32, "status": "running", "direct": None},
    }

    assert is_valid("History", history | {"form": part("form")})
    assert is_valid("Error", {"error": error | {"fields": {"phone": "Too short."}}})
    assert not is_valid("Error", {"error": error | {"fields": {}}})
    assert is_valid("FormAccepted", accepted)
    assert not is_valid("FormAccepted", accepted | {"message": place})


@pytest.mark.parametrize("kind", SCHEMAS)
def test_events_messages_and_running_turns_carry_parts(kind: str):
    event = {"id": 1, "name": "part", "data": {"at": 0, "part": part(kind)}}

    assert is_valid("Event", event)
    assert not is_valid("Event", event | {"data": {"at": 0}})
    assert not is_valid("Event", event | {"data": {"at": 0, "part": {}}})
    assert is_valid("Parts", [part(kind)])


@pytest.fixture(scope="module")
def patient(stores, start_app):
    """An app whose limits nobody meets, on the stricter of the stores."""
    most = {
        f"{who}_MESSAGES_PER_MINUTE": "1000000"
        for who in ("SESSION", "ADDRESS", "SHOP")
    }
    app = start_app(stores.new("postgresql"), **most)
    yield app
    app.close()


def tries() -> list:
    """Every call as the document wants it, and, where there is something to get wrong, as it does
    not.
    """
    modes = [(operation, GenerationMode.POSITIVE) for operation in OPERATIONS]
    modes += [
        (operation, GenerationMode.NEGATIVE)
        for operation in OPERATIONS
        if operation.path.startswith("/proxy")
    ]
    return [
        pytest.param(operation, mode, id=f"{operation.label} {mode.value}")
        for operation, mode in modes
    ]


@pytest.mark.parametrize("operation, mode", tries())
def test_whatever_comes_gets_a_documented_answer(patient, person_at, operation, mode):
    ben: CheckedPerson = person_at(patient)
    said = ben.says("Do you sell mugs?")
    ben.follows(said.turn)

    @settings(
        max_examples=EXAMPLES,
        # The same every time: a failure is found again by whoever looks for it.
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case) -> None:
        if mode is GenerationMode.POSITIVE:
            be_ben(case, ben, said.turn)
        answer = case.call(base_url=patient.base, auth=signed_by(ben), timeout=30)
        case.validate_response(answer, checks=CHECKS.get_by_names(JUDGES))

    ask()


def be_ben(case, ben: CheckedPerson, turn: str) -> None:
    """Ids that exist lead further into the app; waiting leads nowhere."""
    if "turnId" in (case.path_parameters or {}):
        case.path_parameters["turnId"] = turn
    for fields in (case.query, case.body):
        if isinstance(fields, dict):
            fields |= {
                name: value for name, value in known(ben).items() if name in fields
            }


def known(ben: CheckedPerson) -> dict[str, Any]:
    return {"sessionId": ben.device.session_id, "wait": 0}


def signed_by(ben: CheckedPerson):
    """Signs the very address that is about to be sent, as Shopify does."""

    def sign(request: PreparedRequest) -> PreparedRequest:
        address = urlsplit(str(request.url))
        own = [
            pair
            for pair in parse_qsl(address.query, keep_blank_values=True)
            if pair[0] not in SIGNED
        ]
        if address.path.startswith("/proxy"):
            request.url = address._replace(query=ben.signed_query(own)).geturl()
        return request

    return sign
