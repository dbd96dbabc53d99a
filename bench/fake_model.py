"""A model with a fixed schedule, on bare asyncio: it speaks Chat Completions and costs as little as
it can.

Started as `python -m bench.fake_model --port N`. The sample shop's model can do far more and is far
too slow for this.
"""

import argparse
import asyncio
import re

from bench.plan import Plan, word

CONTENT_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding:"
    b" chunked\r\n\r\n"
)
# As long as the real ones: what a server reads of each word is a part of what it costs.
EVENT = (
    b"data:"
    b' {"id":"chatcmpl-Bt6s0Gq1nXwKzYhC4mVd8RuEjLaPo","object":"chat.completion.chunk",'
    b'"created":1790000000,'
    b'"model":"bench","service_tier":"default","system_fingerprint":"fp_bench",'
    b'"choices":[{"index":0,"delta":%s,"logprobs":null,"finish_reason":%s}]}\n\n'
)
OPENING = EVENT % (b'{"role":"assistant","content":"","refusal":null}', b"null")
CLOSING = EVENT % (b"{}", b'"stop"') + b"data: [DONE]\n\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


class Listener(asyncio.Protocol):
    """One kept-alive connection; its requests come one after another."""

    def __init__(self) -> None:
        self._unread = b""
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._unread += data
        head, ended, body = self._unread.partition(b"\r\n\r\n")
        length = CONTENT_LENGTH.search(head)
        if ended and len(body) >= (int(length[1]) if length else 0):
            self._unread = b""
            self._answer(Plan.within(body))

    def connection_lost(self, error: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _answer(self, plan: Plan) -> None:
        begun = asyncio.get_running_loop().time()
        if plan.first_ms:
            self._transport.write(HEAD + chunk(OPENING))
            self._say_later(plan, begun, 0)
        else:
            self._say(plan, begun, 0, HEAD + chunk(OPENING))

    def _say_later(self, plan: Plan, begun: float, said: int) -> None:
        """On the schedule, not after the last word: a late one does not delay the others."""
        at = begun + (plan.first_ms + said * plan.gap_ms) / 1000
        self._timer = asyncio.get_running_loop().call_at(
            at, self._say, plan, begun, said
        )

    def _say(self, plan: Plan, begun: float, said: int, before: bytes = b"") -> None:
        text = before + chunk(EVENT % (b'{"content":"%b"}' % word(), b"null"))
        if said + 1 < plan.words:
            self._transport.write(text)
            self._say_later(plan, begun, said + 1)
        else:
            self._transport.write(text + chunk(CLOSING) + chunk(b""))


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(
        Listener, "127.0.0.1", port, backlog=4096
    )
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    asyncio.run(serve(parser.parse_args().port))
