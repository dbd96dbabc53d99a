"""What the scripted model sends besides replies and pictures: JSON, refusals, silence."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from backend.dev.model.ai_wire import error_body
from backend.dev.model.raw_http import Connection

JSON_HEADERS = {"Content-Type": "application/json"}


async def stay_silent() -> None:
    """Until the client leaves, which cancels every answer to it."""
    loop = asyncio.get_running_loop()
    await loop.create_future()


async def send_json(connection: Connection, value: object) -> None:
    body = json.dumps(value).encode()
    await connection.send_whole(200, JSON_HEADERS, body)


async def refuse_request(
    connection: Connection,
    status: int,
    message: str = "",
    retry_after: str | None = None,
) -> None:
    error = error_body(status, message)
    await send_error(connection, status, error, retry_after)


async def send_error(
    connection: Connection,
    status: int,
    error: Mapping[str, Any],
    retry_after: str | None = None,
) -> None:
    headers = dict(JSON_HEADERS)
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)

    body = json.dumps(error).encode()
    await connection.send_whole(status, headers, body)
