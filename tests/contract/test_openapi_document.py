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
CARD = {
    "kind": "product",
    "id": "gid://shopify/Product/1",
    "title": "Harbour Mug",
    "url": "/products/harbour-mug",
    "image": {"url": "/mug.svg", "alt": ""},
    "price": {"amount": "12.00", "currency": "EUR"},
    "available": True,
    "variants": [
        {
            "id": "1",
            "title": "Blue",
            "price": {"amount": "12.00", "currency": "EUR"},
            "available": True,
        }
    ],
}
FLOW = {
    "name": "bulk_order",
    "run": "1",
    "status": "running",
    "step": {
        "name": "pickup",
        "ask": "Where?",
        "kind": "choice",
        "options": [{"value": "1", "label": "Here"}],
    },
    "answers": [{"name": "items", "label": "What", "value": "3 mugs"}],
    "progress": {"at": 1, "of": 6},
}


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
        "flow": None,
        "mode": NOTHING.mode,
        "more": NOTHING.more,
    }

    assert is_valid("History", nothing)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_files_of_shapes_are_schemas(name: str):
    assert jsonschema_rs.meta.is_valid(schema_file(name))


def test_a_card_is_a_card():
    assert is_valid("card", CARD)
    assert is_valid("card", CARD | {"image": None, "variants": []})
    for wrong in (
        {"kind": "gift"},
        {"price": 12},
        {"price": {"amount": "12,00", "currency": "EUR"}},
        {"html": "<b>"},
    ):
        assert not is_valid("card", CARD | wrong)


def test_a_flow_is_a_flow():
    assert is_valid("flow", FLOW)
    assert is_valid("flow", FLOW | {"status": "finished", "step": None})
    for wrong in (
        {"status": "finished"},
        {"step": None},
        {"step": {"name": "x", "ask": "?", "kind": "choice"}},
    ):
        assert not is_valid("flow", FLOW | wrong)


@pytest.mark.parametrize("name, data", [("card", CARD), ("flow", FLOW)])
def test_events_carry_these_shapes(name: str, data: dict[str, Any]):
    assert is_valid("Event", {"id": 1, "name": name, "data": data})
    assert not is_valid("Event", {"id": 1, "name": name, "data": {}})


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
