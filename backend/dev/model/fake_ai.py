"""A model on OpenAI's wire that speaks and paints from a script, with every fault of a real one.

Outside the wire: `POST /script` adds an `ai_script.Rule`, `DELETE /script` forgets rules and calls,
`GET /calls` lists what was asked in chats, `GET /paintings` what was to be painted, and `GET /open`
counts the answers that are still being given.
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

from backend.assistant import rules
from backend.dev.model import post_talk
from backend.dev.model.ai_script import BadRule, Rule, Script
from backend.dev.model.ai_wire import Completion, error_body, event
from backend.dev.model.fake_images import GENERATIONS, SHELF, FakeImages
from backend.dev.model.plain_answers import (
    JSON_HEADERS,
    refuse_request,
    send_json,
    stay_silent,
)
from backend.dev.model.raw_http import Connection, Request
from backend.dev.model.tool_talk import Speech, speak

COMPLETIONS = "/v1/chat/completions"


class FakeAI:
    def __init__(self) -> None:
        self._script = Script()
        self._images = FakeImages(self._script)
        self._open = 0

    async def answer(self, connection: Connection, request: Request) -> None:
        match request.method, request.path:
            case "POST", path if path == COMPLETIONS:
                await self._complete_chat(connection, request)
            case "POST", path if path == GENERATIONS:
                await self._paint_picture(connection, request)
            case "GET", path if path.startswith(SHELF):
                await self._images.show(connection, path)
            case _:
                await self._control(connection, request)

    async def _control(self, connection: Connection, request: Request) -> None:
        match request.method, request.path:
            case "POST", "/script":
                await self._add_rule(connection, request.body)
            case "DELETE", "/script":
                self._script.clear()
                await send_json(connection, {})
            case "GET", "/calls":
                await send_json(connection, list(self._script.calls))
            case "GET", "/paintings":
                await send_json(connection, list(self._script.paintings))
            case "GET", "/open":
                await send_json(connection, {"open": self._open})
            case _:
                await refuse_request(connection, 404)

    async def _add_rule(self, connection: Connection, body: bytes) -> None:
        try:
            wanted = json.loads(body)
            rule = Rule.from_json(wanted)
            self._script.add(rule)
        except (json.JSONDecodeError, BadRule) as error:
            await refuse_request(connection, 400, str(error))
        else:
            await send_json(connection, {})

    async def _complete_chat(self, connection: Connection, request: Request) -> None:
        if not _has_key(request):
            return await refuse_request(connection, 401)

        try:
            asked = _read_request(request.body)
        except ValueError as error:
            return await refuse_request(connection, 400, str(error))

        headers = dict(request.headers)
        del headers["authorization"]
        call = {
            "at": time.time(),
            "headers": headers,
            "body": asked,
        }
        self._script.calls.append(call)

        message = _last_message(asked)
        rule = self._script.rule_for(message)
        answer = _Answer(connection, asked, rule)

        self._open += 1
        try:
            await answer.give()
        finally:
            self._open -= 1

    async def _paint_picture(self, connection: Connection, request: Request) -> None:
        if not _has_key(request):
            return await refuse_request(connection, 401)

        self._open += 1
        try:
            await self._images.answer(connection, request)
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

        speech = _speech_of(asked, rule)
        self._pieces = rule.pieces(speech.text)
        self._calls = speech.calls

    async def give(self) -> None:
        rule = self._rule

        if rule.silent:
            await stay_silent()
        elif rule.body is not None:
            await asyncio.sleep(rule.first_ms / 1000)
            headers = {"Content-Type": rule.content_type}
            body = rule.body.encode(rule.charset)
            status = rule.status or 200
            await self._connection.send_whole(status, headers, body)
        elif rule.status is not None:
            await asyncio.sleep(rule.first_ms / 1000)
            await refuse_request(
                self._connection,
                rule.status,
                retry_after=rule.retry_after,
            )
        elif self._asked.get("stream"):
            await self._send_stream()
        else:
            await self._send_whole()

    async def _send_whole(self) -> None:
        rule = self._rule
        async for _ in self._paced_pieces():
            pass

        if rule.stall_after is not None:
            await stay_silent()
        if rule.breaks_after is not None:
            return self._connection.reset()

        body = self._completion.whole(self._pieces, self._finish, self._calls)
        await self._connection.send_whole(200, JSON_HEADERS, body)

    async def _send_stream(self) -> None:
        headers = {
            "Content-Type": "text/event-stream; charset=utf-8",
            "Transfer-Encoding": "chunked",
            "Cache-Control": "no-cache",
            "x-request-id": self._completion.id.replace("chatcmpl", "req"),
        }
        await self._connection.send_head(200, headers)
        opening = self._completion.opening()
        await self._write_chunk(opening)

        sent = 0
        async for piece in self._paced_pieces():
            words = self._completion.words(piece)
            if sent == self._rule.breaks_after:
                return await self._break_off(words)
            await self._write_chunk(words)
            sent += 1

        if self._calls:
            await self._write_chunk(self._completion.calls(self._calls))
        closing = self._completion.closing(self._finish, sent)
        if self._rule.breaks_after is not None:
            return await self._break_off(closing)
        await self._write_chunk(closing)
        await self._connection.send_chunk(b"")

    @property
    def _finish(self) -> str:
        return "tool_calls" if self._calls else self._rule.finish

    async def _paced_pieces(self) -> AsyncIterator[str]:
        """Each piece when its time has come, on a timetable that does not drift."""
        loop = asyncio.get_running_loop()
        first = self._rule.first_ms / 1000
        gap = self._rule.gap_ms / 1000

        due = loop.time() + first
        while True:
            for piece in self._pieces:
                left = due - loop.time()
                await asyncio.sleep(max(0, left))
                yield piece
                due += gap
            if not self._rule.endless or not self._pieces:
                return

    async def _break_off(self, unsent: bytes) -> None:
        """End as the rule says. What follows a fault is the fault: nothing else is sent."""
        rule = self._rule
        if rule.half and unsent:
            middle = len(unsent) // 2
            await self._write_chunk(unsent[:middle])

        if rule.error_after is not None:
            error = event(error_body(500))
            await self._write_chunk(error)
            await self._connection.send_chunk(b"")
        elif rule.end_after is not None:
            await self._connection.send_chunk(b"")
        elif rule.stall_after is not None:
            await stay_silent()
        else:
            self._connection.reset()

    async def _write_chunk(self, data: bytes) -> None:
        size = self._rule.cut_utf8 or len(data)
        pause = self._rule.piece_ms / 1000

        for start in range(0, len(data), size):
            piece = data[start : start + size]
            await self._connection.send_chunk(piece)
            if pause:
                await asyncio.sleep(pause)


def _has_key(request: Request) -> bool:
    authorization = request.headers.get("authorization", "")
    return bool(authorization.removeprefix("Bearer").strip())


def _read_request(body: bytes) -> dict[str, Any]:
    """The request, or ValueError with a sentence about what is wrong with it."""
    asked = json.loads(body)
    model = asked.get("model") if isinstance(asked, dict) else None
    if not isinstance(model, str):
        raise ValueError("you must provide a model parameter")

    messages = asked.get("messages")
    if not isinstance(messages, list) or not messages:
        raise ValueError("Missing required parameter: 'messages'.")
    if not all(map(_is_message, messages)):
        raise ValueError("Invalid value in 'messages': each needs a role and content.")

    return asked


def _is_message(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    return "role" in value and "content" in value


def _speech_of(asked: Mapping[str, Any], rule: Rule) -> Speech:
    """What it says by itself, where the rule does not say what."""
    is_scripted = rule.text is not None or rule.chunks is not None
    if is_scripted or rule.body is not None or rule.status is not None:
        return Speech("")
    if post_talk.is_for_staff(asked):
        return Speech(post_talk.write_answer(asked))
    return speak(asked, _last_message(asked))


def _last_message(asked: Mapping[str, Any]) -> str:
    """Its last paragraph: what has not been answered before it comes in the same message. All of it
    where staff want a post, which may stand below.
    """
    if post_talk.is_for_staff(asked):
        return post_talk.last_words(asked)
    for message in reversed(asked["messages"]):
        if message["role"] == "user":
            _, _, last = str(message["content"]).rpartition("\n\n")
            return last
    return ""


async def serve(port: int) -> None:
    """Until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    told_to_stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told_to_stop.set)

    model = FakeAI()
    connection = partial(Connection, model.answer)
    try:
        server = await loop.create_server(
            connection,
            "127.0.0.1",
            port,
            backlog=1024,
        )
    except OSError as error:
        sys.exit(f"The model cannot listen on port {port}: {error.strerror}.")

    print(f"The scripted model is at http://127.0.0.1:{port}/v1", flush=True)
    await told_to_stop.wait()
    server.close()


def main() -> None:
    first, *_ = __doc__.splitlines()
    parser = argparse.ArgumentParser(
        prog="python -m backend.dev.model.fake_ai",
        description=first,
    )
    parser.add_argument("--port", type=int, required=True)

    chosen = parser.parse_args()
    rules.warm_up()
    asyncio.run(serve(chosen.port))


if __name__ == "__main__":
    main()
