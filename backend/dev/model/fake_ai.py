"""A model that speaks OpenAI's Chat Completions from a script, with every fault of a real one.

Outside the wire: `POST /script` adds an `ai_script.Rule`, `DELETE /script` forgets rules and calls,
`GET /calls` lists what was asked, `GET /open` counts the answers that are still being given.
"""

import argparse
import asyncio
import json
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Any

from backend.dev.model.ai_script import BadRule, Rule, Script
from backend.dev.model.ai_wire import Completion, error_body, event
from backend.dev.model.raw_http import Connection, Request
from backend.dev.model.shop_answers import answer_about_the_shop

COMPLETIONS = "/v1/chat/completions"
JSON_HEADERS = {"Content-Type": "application/json"}


class FakeAI:
    def __init__(self) -> None:
        self._script = Script()
        self._open = 0

    async def answer(self, connection: Connection, request: Request) -> None:
        match request.method, request.path:
            case "POST", path if path == COMPLETIONS:
                await self._complete_chat(connection, request)
            case "POST", "/script":
                await self._add_rule(connection, request.body)
            case "DELETE", "/script":
                self._script.clear()
                await _send_json(connection, {})
            case "GET", "/calls":
                await _send_json(connection, list(self._script.calls))
            case "GET", "/open":
                await _send_json(connection, {"open": self._open})
            case _:
                await _refuse_request(connection, 404)

    async def _add_rule(self, connection: Connection, body: bytes) -> None:
        try:
            self._script.add(Rule.from_json(json.loads(body)))
        except (json.JSONDecodeError, BadRule) as error:
            await _refuse_request(connection, 400, str(error))
        else:
            await _send_json(connection, {})

    async def _complete_chat(self, connection: Connection, request: Request) -> None:
        key = request.headers.get("authorization", "").removeprefix("Bearer").strip()
        if not key:
            return await _refuse_request(connection, 401)

        try:
            asked = _read_request(request.body)
        except ValueError as error:
            return await _refuse_request(connection, 400, str(error))

        headers = dict(request.headers)
        del headers["authorization"]
        call = {"at": time.time(), "headers": headers, "body": asked}
        self._script.calls.append(call)

        rule = self._script.rule_for(_last_message(asked))
        self._open += 1
        try:
            await _Answer(connection, asked, rule).give()
        finally:
            self._open -= 1


class _Answer:
    """One answer on its way, as its rule wants it."""

    def __init__(
        self,
        connection: Connection,
        asked: Mapping[str, Any],
        rule: Rule,
    ) -> None:
        self._connection = connection
        self._rule = rule
        self._asked = asked
        self._completion = Completion(asked)

        message, instructions = _last_message(asked), _find_instructions(asked)
        self._pieces = rule.pieces(answer_about_the_shop(message, instructions))

    async def give(self) -> None:
        rule = self._rule

        if rule.silent:
            await _stay_silent()
        elif rule.body is not None:
            await asyncio.sleep(rule.first_ms / 1000)
            headers = {"Content-Type": rule.content_type}
            body = rule.body.encode(rule.charset)
            await self._connection.send_whole(rule.status or 200, headers, body)
        elif rule.status is not None:
            await asyncio.sleep(rule.first_ms / 1000)
            await _refuse_request(
                self._connection, rule.status, retry_after=rule.retry_after
            )
        elif self._asked.get("stream"):
            await self._send_stream()
        else:
            await self._send_whole()

    async def _send_whole(self) -> None:
        async for _ in self._paced_pieces():
            pass
        if self._rule.stall_after is not None:
            await _stay_silent()
        if self._rule.breaks_after is not None:
            return self._connection.reset()
        body = self._completion.whole(self._pieces, self._rule.finish)
        await self._connection.send_whole(200, JSON_HEADERS, body)

    async def _send_stream(self) -> None:
        headers = {
            "Content-Type": "text/event-stream; charset=utf-8",
            "Transfer-Encoding": "chunked",
            "Cache-Control": "no-cache",
            "x-request-id": self._completion.id.replace("chatcmpl", "req"),
        }
        await self._connection.send_head(200, headers)
        await self._write_chunk(self._completion.opening())

        sent = 0
        async for piece in self._paced_pieces():
            if sent == self._rule.breaks_after:
                return await self._break_off(self._completion.words(piece))
            await self._write_chunk(self._completion.words(piece))
            sent += 1

        closing = self._completion.closing(self._rule.finish, sent)
        if self._rule.breaks_after is not None:
            return await self._break_off(closing)
        await self._write_chunk(closing)
        await self._connection.send_chunk(b"")

    async def _paced_pieces(self) -> AsyncIterator[str]:
        """Each piece when its time has come, on a timetable that does not drift."""
        loop = asyncio.get_running_loop()
        due = loop.time() + self._rule.first_ms / 1000
        while True:
            for piece in self._pieces:
                await asyncio.sleep(max(0, due - loop.time()))
                yield piece
                due += self._rule.gap_ms / 1000
            if not self._rule.endless or not self._pieces:
                return

    async def _break_off(self, unsent: bytes) -> None:
        """End as the rule says. What follows a fault is the fault: nothing else is sent."""
        rule = self._rule
        if rule.half and unsent:
            await self._write_chunk(unsent[: len(unsent) // 2])

        if rule.error_after is not None:
            await self._write_chunk(event(error_body(500)))
            await self._connection.send_chunk(b"")
        elif rule.end_after is not None:
            await self._connection.send_chunk(b"")
        elif rule.stall_after is not None:
            await _stay_silent()
        else:
            self._connection.reset()

    async def _write_chunk(self, data: bytes) -> None:
        size = self._rule.cut_utf8 or len(data)
        for start in range(0, len(data), size):
            await self._connection.send_chunk(data[start : start + size])
            if self._rule.piece_ms:
                await asyncio.sleep(self._rule.piece_ms / 1000)


async def _stay_silent() -> None:
    """Until the client leaves, which cancels every answer to it."""
    await asyncio.get_running_loop().create_future()


async def _send_json(connection: Connection, value: object) -> None:
    await connection.send_whole(200, JSON_HEADERS, json.dumps(value).encode())


async def _refuse_request(
    connection: Connection,
    status: int,
    message: str = "",
    retry_after: str | None = None,
) -> None:
    headers = dict(JSON_HEADERS)
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)

    body = json.dumps(error_body(status, message)).encode()
    await connection.send_whole(status, headers, body)


def _read_request(body: bytes) -> dict[str, Any]:
    """The request, or ValueError with a sentence about what is wrong with it."""
    asked = json.loads(body)
    if not isinstance(asked, dict) or not isinstance(asked.get("model"), str):
        raise ValueError("you must provide a model parameter")

    messages = asked.get("messages")
    if not isinstance(messages, list) or not messages:
        raise ValueError("Missing required parameter: 'messages'.")
    if not all(map(_is_message, messages)):
        raise ValueError("Invalid value in 'messages': each needs a role and content.")

    return asked


def _is_message(value: Any) -> bool:
    return isinstance(value, dict) and "role" in value and "content" in value


def _last_message(asked: Mapping[str, Any]) -> str:
    """Its last paragraph: what has not been answered before it comes in the same message."""
    for message in reversed(asked["messages"]):
        if message["role"] == "user":
            return str(message["content"]).rpartition("\n\n")[2]
    return ""


def _find_instructions(asked: Mapping[str, Any]) -> str:
    for message in asked["messages"]:
        if message["role"] == "system":
            return str(message["content"])
    return ""


async def serve(port: int) -> None:
    """Until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    told_to_stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told_to_stop.set)

    connection = partial(Connection, FakeAI().answer)
    try:
        server = await loop.create_server(connection, "127.0.0.1", port, backlog=1024)
    except OSError as error:
        sys.exit(f"The model cannot listen on port {port}: {error.strerror}.")

    print(f"The scripted model is at http://127.0.0.1:{port}/v1", flush=True)
    await told_to_stop.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m backend.dev.model.fake_ai", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--port", type=int, required=True)
    asyncio.run(serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
