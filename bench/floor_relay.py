"""Floor (a): a bare asyncio relay. A message in, the model's own bytes out; nothing is read,
checked or kept.

Started as `python -m bench.floor_relay --port N --model M`.
"""

import argparse
import asyncio
import json

from bench.fake_model import CONTENT_LENGTH

HEAD = (
    b"POST /v1/chat/completions HTTP/1.1\r\nhost: model\r\ncontent-type:"
    b" application/json\r\ncontent-length: %d\r\n\r\n"
)


class Upstream(asyncio.Protocol):
    """Gives back whatever the model says, as it comes."""

    def __init__(self, client: asyncio.Transport) -> None:
        self._client = client

    def data_received(self, data: bytes) -> None:
        self._client.write(data)


class Relay(asyncio.Protocol):
    """One client's connection, with one of its own to the model."""

    def __init__(self, model: int) -> None:
        self._model = model
        self._unread = b""
        self._upstream: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._client = transport

    def data_received(self, data: bytes) -> None:
        self._unread += data
        head, ended, body = self._unread.partition(b"\r\n\r\n")
        length = CONTENT_LENGTH.search(head)
        if ended and len(body) >= (int(length[1]) if length else 0):
            self._unread = b""
            self._task = asyncio.ensure_future(self._ask(json.loads(body)["message"]))

    def connection_lost(self, error: Exception | None) -> None:
        if self._upstream is not None:
            self._upstream.close()

    async def _ask(self, message: str) -> None:
        if self._upstream is None:
            loop = asyncio.get_running_loop()
            self._upstream, _ = await loop.create_connection(
                lambda: Upstream(self._client), "127.0.0.1", self._model
            )

        asked = {
            "model": "bench",
            "messages": [{"role": "user", "content": message}],
            "stream": True,
        }
        body = json.dumps(asked).encode()
        self._upstream.write(HEAD % len(body) + body)


async def serve(port: int, model: int) -> None:
    server = await asyncio.get_running_loop().create_server(
        lambda: Relay(model), "127.0.0.1", port, backlog=4096
    )
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--model", type=int, required=True)
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.port, arguments.model))
