"""docs/openapi.yaml as a judge: is this an answer that the document allows to this call?"""

import json
import re
from functools import cache
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import yaml

from tests.support.processes import ROOT

DOCS = ROOT / "docs"
# One for each type of part.
SCHEMAS = ("products", "sources", "order", "form", "person")
BASE = "docs:///openapi.yaml"


@cache
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DOCS / "openapi.yaml").read_text())
    return loaded


def schema_file(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(
        (DOCS / "schemas" / f"{name}.schema.json").read_text()
    )
    return loaded


def judge(
    method: str, path: str, status: int, headers: Any, content: bytes | None
) -> None:
    """Raises AssertionError for a status, a header, a type or a field that is not documented.

    `content` is None for a stream, whose events are judged one by one.
    """
    asked = f"{method} {path}: {status}"
    response, pointer = _response(method, path, str(status))
    assert response is not None, f"{asked} is not documented; it was {content!r}"
    for name, header in response.get("headers", {}).items():
        _judge_header(asked, name, _resolved(header), headers.get(name))
    media, kinds = (
        headers.get("Content-Type", "").partition(";")[0],
        response.get("content", {}),
    )
    assert media in kinds if kinds else not content, f"{asked} is {media!r}"
    if media == "application/json" and content is not None:
        _judge_value(
            f"{pointer}/content/application~1json/schema", json.loads(content), asked
        )


def judge_event(event: dict[str, Any]) -> None:
    _judge_value("/components/schemas/Event", event, "an event")


def is_valid(schema: str, value: Any) -> bool:
    """Whether a value has the shape that components/schemas or a file of docs/schemas gives."""
    address = (
        f"docs:///schemas/{schema}.schema.json"
        if schema in SCHEMAS
        else f"{BASE}#/components/schemas/{schema}"
    )
    return jsonschema_rs.Draft202012Validator(
        {"$ref": address}, registry=_registry()
    ).is_valid(value)


def template_of(path: str) -> str | None:
    """The documented path that an address belongs to."""
    if path in document()["paths"]:
        return path
    for template in document()["paths"]:
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            return str(template)
    return None


def _response(method: str, path: str, status: str) -> tuple[dict[str, Any] | None, str]:
    template = template_of(path)
    operation = document()["paths"][template].get(method.lower()) if template else None
    if operation is None:
        # Signed or not is asked first; then whether there is such a path; then whether it has the
        # method.
        unlisted = {"401": "NotSigned", "404": "NotFound", "405": "WrongMethod"}
        name = unlisted.get(status)
        return (
            (
                document()["components"]["responses"][name],
                f"/components/responses/{name}",
            )
            if name
            else (None, "")
        )
    if status not in operation["responses"]:
        return None, ""
    pointer = f"/paths/{_escaped(template or '')}/{method.lower()}/responses/{status}"
    response = operation["responses"][status]
    return (
        (_resolved(response), response["$ref"][1:])
        if "$ref" in response
        else (response, pointer)
    )


def _judge_header(
    asked: str, name: str, header: dict[str, Any], value: str | None
) -> None:
    assert value is not None or not header.get("required"), (
        f"{asked} came without {name}"
    )
    schema = header["schema"]
    if value is not None and schema["type"] == "integer":
        assert value.isdigit(), f"{asked}: {name} is {value}"
        assert int(value) >= schema["minimum"], f"{asked}: {name} is {value}"
    elif value is not None:
        assert re.search(schema.get("pattern", ""), value), (
            f"{asked}: {name} is {value}"
        )


def _judge_value(pointer: str, value: Any, asked: str) -> None:
    if error := next(_validator(pointer).iter_errors(value), None):
        raise AssertionError(f"{asked} is not as documented: {error}")


@cache
def _validator(pointer: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        {"$ref": f"{BASE}#{quote(pointer)}"}, registry=_registry()
    )


@cache
def _registry() -> jsonschema_rs.Registry:
    files = [
        (f"docs:///schemas/{name}.schema.json", schema_file(name)) for name in SCHEMAS
    ]
    return jsonschema_rs.Registry([(BASE, document()), *files])


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    found: Any = document()
    if "$ref" not in node:
        return node
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part.replace("~1", "/").replace("~0", "~")]
    return dict(found)


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
