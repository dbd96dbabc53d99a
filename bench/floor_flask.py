"""Floor (b): the same thing in ten lines of Flask, gevent and `openai`, on the client's fastest
path.

No check, no store, no resume: the reply is the body of the answer and is gone with it.
"""

from collections.abc import Iterator

import msgspec
import openai
from flask import Flask, Response, request

app = Flask(__name__)
completions = openai.OpenAI().chat.completions.with_streaming_response


@app.post("/chat")
def chat() -> Response:
    return Response(
        reply(request.get_json()["message"]), content_type="text/event-stream"
    )


def reply(message: str) -> Iterator[bytes]:
    asked = completions.create(
        model="bench", messages=[{"role": "user", "content": message}], stream=True
    )
    with asked as response:
        unread = b""
        for received in response.iter_bytes():
            *lines, unread = (unread + received).split(b"\n")
            if text := "".join(map(words_of, lines)):
                yield b"data: %b\n\n" % msgspec.json.encode({"text": text})


def words_of(line: bytes) -> str:
    if not line.startswith(b"data: {"):
        return ""
    return msgspec.json.decode(line[6:])["choices"][0]["delta"].get("content", "")
