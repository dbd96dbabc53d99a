"""A model's server that answers with recorded bytes, whatever they are, and remembers what it was
asked.
"""

import json
import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

# What a connection does with a request that has come whole: it sends what it likes, and then ends.
Answer = Callable[["socketserver.StreamRequestHandler"], None]


@dataclass(frozen=True)
class Asked:
    """One request as it came over the wire."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class ReplayServer(socketserver.ThreadingTCPServer):
    """Gives its answers one after another, and the last one for ever. Use it in a `with` block."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self, *answers: bytes | Answer) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.asked: list[Asked] = []
        self._answers = list(answers)
        self._turns = threading.Lock()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def takes(self, asked: Asked) -> bytes | Answer:
        with self._turns:
            self.asked.append(asked)
            return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


class _Connection(socketserver.StreamRequestHandler):
    server: ReplayServer

    def handle(self) -> None:
        line = self.rfile.readline().decode()
        if not line:
            return
        headers = {}
        while (header := self.rfile.readline().strip()) != b"":
            name, _, value = header.decode().partition(":")
            headers[name.lower()] = value.strip()
        body = self.rfile.read(int(headers.get("content-length", 0)))

        answer = self.server.takes(Asked(line.split()[1], headers, body))
        if isinstance(answer, bytes):
            self.wfile.write(answer)
        else:
            answer(self)


def refusal(status: int, body: object, *headers: str) -> bytes:
    """An HTTP answer with a JSON body; `headers` are whole lines."""
    content = json.dumps(body).encode()
    head = [
        f"HTTP/1.1 {status} No",
        "Content-Type: application/json",
        f"Content-Length: {len(content)}",
        *headers,
    ]
    return "\r\n".join([*head, "Connection: close", "", ""]).encode() + content


def spoken(*words: str, finish: str = "stop") -> bytes:
    """An HTTP answer that says these words."""
    said: list[tuple[dict[str, str], str | None]] = [
        ({"content": word}, None) for word in words
    ]
    choices = [
        {"index": 0, "delta": delta, "finish_reason": reason}
        for delta, reason in [*said, ({}, finish)]
    ]
    chunks = [{"choices": [choice]} for choice in choices]
    events = (
        "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks)
        + "data: [DONE]\n\n"
    )
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
        + events.encode()
    )
