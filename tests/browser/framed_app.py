"""An app of a few lines in the pretend admin's frame: one of each Polaris element, and a door for
signed requests.
"""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

RETRY = "X-Shopify-Retry-Invalid-Session-Request"

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="shopify-api-key" content="key"><link rel="icon" href="data:,">
<script src="{cdn}/shopifycloud/app-bridge.js"></script>
<script src="{cdn}/shopifycloud/polaris.js"></script></head>
<body style="margin: 0">
<s-app-nav><s-link href="/" rel="home">Home</s-link><s-link href="/more">More</s-link></s-app-nav>
<main><s-page heading="{title}">
<s-button slot="primary-action" variant="primary" type="button">Main</s-button>
<s-link slot="breadcrumb-actions" href="/">Back</s-link>{body}</s-page></main></body></html>"""

GALLERY = """
<s-banner heading="Something is off" tone="warning">
<s-paragraph>Look at this.</s-paragraph></s-banner>
<s-section heading="Form"><form data-save-bar data-discard-confirmation><s-stack gap="base">
  <s-text-field label="Name" name="name" value="Tess" details="As shoppers see it"></s-text-field>
  <s-text-area label="Words" name="words" value="Hello" error="Too short"></s-text-area>
  <s-number-field label="Days" name="days" value="3" min="1" max="9"></s-number-field>
  <s-select label="Tone" name="tone" value="warm">
    <s-option value="plain">Plain</s-option><s-option value="warm">Warm</s-option></s-select>
  <s-checkbox label="On" name="on" checked></s-checkbox>
  <s-switch label="Flows" name="flows" value="yes"></s-switch>
  <s-choice-list label="Way" name="way">
    <s-choice value="a" selected>First</s-choice>
    <s-choice value="b">Second</s-choice></s-choice-list>
  <s-search-field label="Find" labelAccessibilityVisibility="exclusive" placeholder="Find"
    name="q"></s-search-field>
</s-stack></form></s-section>
<s-section heading="Words"><s-heading>Small heading</s-heading>
  <s-paragraph>Text with <s-text type="strong">weight</s-text>, a <s-link href="/more">link</s-link>
    and a <s-badge tone="success">badge</s-badge></s-paragraph>
  <s-unordered-list><s-list-item>One</s-list-item><s-list-item>Two</s-list-item></s-unordered-list>
  <s-grid gridTemplateColumns="@container (inline-size > 400px) 1fr 1fr, 1fr" gap="base">
    <s-box padding="base" background="subdued">Left</s-box>
    <s-box padding="base" border="base">Right</s-box></s-grid>
  <s-button commandFor="sure" command="--show">Open</s-button>
  <s-button commandFor="choices" command="--toggle">Choices</s-button>
  <s-menu id="choices" accessibilityLabel="Choices"><s-button>First</s-button></s-menu>
  <s-spinner accessibilityLabel="Looking"></s-spinner></s-section>
<s-section padding="none" heading="Table"><s-table>
  <s-table-header-row><s-table-header>Who</s-table-header>
  <s-table-header format="numeric">Count</s-table-header>
  </s-table-header-row><s-table-body><s-table-row>
  <s-table-cell>Ana</s-table-cell><s-table-cell>3</s-table-cell>
  </s-table-row></s-table-body></s-table></s-section>
<s-modal id="sure" heading="Are you sure?"><s-paragraph>Think.</s-paragraph>
  <s-button slot="primary-action" variant="primary" commandFor="sure"
    command="--hide">Yes</s-button></s-modal>
<s-section slot="aside" heading="Aside"><s-paragraph>Beside.</s-paragraph></s-section>
"""


class FramedApp:
    """`/signed` answers what it was sent, after refusing the first `refuse` of its requests."""

    def __init__(self) -> None:
        self.cdn = ""
        self.refuse = 0
        self.authorizations: list[str] = []
        self.opened: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        app = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                if path == "/signed":
                    self._signed()
                    return
                app.opened.append(self.path)
                title, body = (
                    ("Gallery", GALLERY)
                    if path == "/"
                    else ("More", "<s-section>More.</s-section>")
                )
                self._answer(
                    200,
                    PAGE.format(cdn=app.cdn, title=title, body=body),
                    "text/html; charset=utf-8",
                )

            def log_message(self, *_: Any) -> None:
                """The tests' output is not the place."""

            def _signed(self) -> None:
                app.authorizations.append(self.headers.get("Authorization", ""))
                refused = app.refuse > 0
                app.refuse -= refused
                told = json.dumps({"authorization": app.authorizations[-1]})
                self._answer(
                    401 if refused else 200,
                    told,
                    "application/json",
                    {RETRY: "1"} if refused else {},
                )

            def _answer(
                self,
                status: int,
                body: str,
                kind: str,
                more: dict[str, str] | None = None,
            ) -> None:
                content = body.encode()
                headers = {
                    "Content-Type": kind,
                    "Content-Length": str(len(content)),
                    **(more or {}),
                }
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

        return Handler
