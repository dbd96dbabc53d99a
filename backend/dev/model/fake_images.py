"""OpenAI's images call from the script of the scripted model, which paints by itself what no rule
says.
"""

import asyncio
import base64
import json
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from backend.dev.model.ai_script import Rule, Script
from backend.dev.model.ai_wire import error_body
from backend.dev.model.painting import paint_shore
from backend.dev.model.plain_answers import (
    JSON_HEADERS,
    refuse_request,
    send_error,
    stay_silent,
)
from backend.dev.model.raw_http import Connection, Request

GENERATIONS, SHELF = "/v1/images/generations", "/pictures/"
FORMAT = "response_format"
SIZES = {"", "auto"}
USUAL_SIZE = (1024, 1024)
LEAST_SIDE, MOST_SIDE = 64, 4_096
MOST_PROMPT = 32_000
MOST_KEPT = 50
HEAVY = 4 * 1024 * 1024 + 1
# They answer with the content, and do not know the field that asks for it.
NEWER_MODELS = "gpt-image"


class BadRequest(ValueError):
    """`param` is the field that is not understood."""

    def __init__(self, message: str, param: str, code: str = "invalid_value") -> None:
        super().__init__(message)
        self.param = param
        self.code = code


@dataclass(frozen=True, slots=True)
class PictureRequest:
    """Sides are in pixels."""

    prompt: str
    model: str
    width: int
    height: int
    form: str

    @classmethod
    def from_json(cls, body: bytes) -> "PictureRequest":
        """Raises BadRequest."""
        asked = _read_object(body)
        prompt, model = asked.get("prompt"), asked.get("model", "dall-e-2")
        if not isinstance(prompt, str) or not 0 < len(prompt) <= MOST_PROMPT:
            raise BadRequest("You must provide a prompt.", "prompt")
        if not isinstance(model, str):
            raise BadRequest("You must provide a model.", "model")
        if asked.get("n", 1) != 1:
            raise BadRequest("Only one picture at a time.", "n")

        form = asked.get(FORMAT, "")
        if form and model.startswith(NEWER_MODELS):
            message = f"Unknown parameter: '{FORMAT}'."
            raise BadRequest(message, FORMAT, "unknown_parameter")
        if form not in ("", "url", "b64_json"):
            raise BadRequest("Neither url nor b64_json.", FORMAT)

        width, height = _read_size(asked.get("size", ""))
        return cls(prompt, model, width, height, form)


class FakeImages:
    """Pictures that are not in an answer stand on a shelf, the newest of them."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._numbers = count(1)
        self._shelf: OrderedDict[str, bytes] = OrderedDict()

    async def answer(self, connection: Connection, request: Request) -> None:
        """To a call that has shown a key."""
        try:
            asked = PictureRequest.from_json(request.body)
        except BadRequest as error:
            return await _refuse_field(connection, error)

        self._note_call(request)
        rule = self._script.rule_for(asked.prompt, is_picture=True)
        if not await _is_broken(connection, rule):
            await self._send_picture(connection, request, asked, rule)

    async def show(self, connection: Connection, path: str) -> None:
        content = self._shelf.get(path)
        if content is None:
            return await refuse_request(connection, 404)
        headers = {"Content-Type": "image/png"}
        await connection.send_whole(200, headers, content)

    async def _send_picture(
        self,
        connection: Connection,
        request: Request,
        asked: PictureRequest,
        rule: Rule,
    ) -> None:
        if rule.picture == "wants_format" and not asked.form:
            error = BadRequest(f"Missing required parameter: '{FORMAT}'.", FORMAT)
            return await _refuse_field(connection, error)

        content = _paint(asked, rule)
        is_linked = asked.form == "url" or rule.picture == "at_address"
        if is_linked:
            host = request.headers.get("host", "127.0.0.1")
            picture = {"url": f"http://{host}{self._put(content)}"}
        else:
            picture = {"b64_json": base64.b64encode(content).decode()}

        answer = {
            "created": int(time.time()),
            "data": [] if rule.picture == "none" else [picture],
            "usage": _count_usage(asked),
        }
        body = json.dumps(answer).encode()
        await connection.send_whole(200, JSON_HEADERS, body)

    def _put(self, content: bytes) -> str:
        path = f"{SHELF}{next(self._numbers)}.png"
        self._shelf[path] = content
        if len(self._shelf) > MOST_KEPT:
            self._shelf.popitem(last=False)
        return path

    def _note_call(self, request: Request) -> None:
        headers = dict(request.headers)
        headers.pop("authorization", None)
        call = {
            "at": time.time(),
            "path": request.path,
            "headers": headers,
            "body": json.loads(request.body),
        }
        self._script.paintings.append(call)


async def _is_broken(connection: Connection, rule: Rule) -> bool:
    """Whether the rule has said what comes in place of a picture."""
    if rule.silent:
        await stay_silent()
    await asyncio.sleep(rule.first_ms / 1000)

    if rule.body is not None:
        headers = {"Content-Type": rule.content_type}
        body = rule.body.encode(rule.charset)
        await connection.send_whole(rule.status or 200, headers, body)
    elif rule.picture == "refused":
        await send_error(connection, 400, _refusal())
    elif rule.status is not None:
        await refuse_request(connection, rule.status, retry_after=rule.retry_after)
    elif rule.drop_after is not None:
        connection.reset()
    else:
        return False
    return True


def _paint(asked: PictureRequest, rule: Rule) -> bytes:
    if rule.picture == "words":
        return b"<!doctype html><title>Not a picture</title>"
    if rule.picture == "wide":
        return paint_shore(asked.prompt, MOST_SIDE + 4, LEAST_SIDE)

    content = paint_shore(asked.prompt, asked.width, asked.height)
    return content.ljust(HEAVY, b"\0") if rule.picture == "heavy" else content


def _refusal() -> dict[str, Any]:
    """As OpenAI's content policy says it."""
    error = error_body(400, "Your request was rejected by the safety system.")
    error["error"] |= {
        "type": "image_generation_user_error",
        "code": "moderation_blocked",
    }
    return error


async def _refuse_field(connection: Connection, problem: BadRequest) -> None:
    error = error_body(400, str(problem), problem.param)
    error["error"]["code"] = problem.code
    await send_error(connection, 400, error)


def _read_object(body: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(body)
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise BadRequest("The body is no JSON object.", "prompt")
    return asked


def _read_size(size: Any) -> tuple[int, int]:
    if size in SIZES:
        return USUAL_SIZE

    width, _, height = str(size).partition("x")
    sides = [int(side) for side in (width, height) if side.isdecimal()]
    if len(sides) != 2 or not LEAST_SIDE <= min(sides) <= max(sides) <= MOST_SIDE:
        raise BadRequest(f"Invalid value for 'size': {size!r}.", "size")
    return sides[0], sides[1]


def _count_usage(asked: PictureRequest) -> Mapping[str, int]:
    """By the prompt's length and the picture's area, as a service may."""
    words, area = len(asked.prompt) // 4, asked.width * asked.height // 1_000
    return {
        "input_tokens": words,
        "output_tokens": area,
        "total_tokens": words + area,
    }
