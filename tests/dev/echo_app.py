"""An app behind the sample's proxy that tells what reached it, and answers slowly or badly when
asked to.
"""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

# What Shopify does not bring back, and two that it does.
ANSWER_HEADERS = {
    "Set-Cookie": "session=1",
    "Server": "gunicorn",
    "X-Powered-By": "flux",
    "Warning": "199 - old",
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
}


class EchoApp:
    """`/proxy/stream` sends "one", then "two" when `go_on` is set; `/proxy/dies` breaks off after
    "one".
    """

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        self.go_on = Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        echo = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                told = self._told()
                echo.received.append(told)
                path = self.path.partition("?")[0]
                if path in ("/proxy/stream", "/proxy/dies"):
                    self._stream(dies=path.endswith("dies"))
                else:
                    self._answer(json.dumps(told).encode())

            do_GET = do_PUT = do_DELETE = do_POST

            def log_message(self, *_: Any) -> None:
                """The tests' output is not the place."""

            def _told(self) -> dict[str, Any]:
                length = int(self.headers.get("Content-Length", 0))
                path, _, query = self.path.partition("?")
                body = self.rfile.read(length).decode()
                headers = {name.lower(): value for name, value in self.headers.items()}
                return {
                    "method": self.command,
                    "path": path,
                    "query": query,
                    "headers": headers,
                    "body": body,
                }

            def _answer(self, body: bytes) -> None:
                self.send_response(201)
                for name, value in ANSWER_HEADERS.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def _stream(self, dies: bool) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                self.wfile.write(b"3\r\none\r\n")
                if dies:
                    self.close_connection = True
                    return
                echo.go_on.wait(30)
                self.wfile.write(b"3\r\ntwo\r\n0\r\n\r\n")

        return Handler
