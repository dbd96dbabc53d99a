"""`make demo`: the scripted model, the real back end, the sample storefront and its admin as one
program on loopback.

The back end runs as production does: migrate, then gunicorn, told by nothing but environment
variables.
"""

import base64
import json
import os
import re
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from html import unescape
from pathlib import Path
from threading import Event

import httpx2

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var" / "demo"
DATABASE = FOLDER / "flux-chat.db"
READY_SECONDS, STOP_SECONDS, CATALOG_SECONDS = 60, 4, 20
# Where the admin's page shows the app.
FRAME = re.compile(r'data-src="([^"]+)"')


class DemoError(Exception):
    """Why the demo cannot run, in a sentence."""


class Child:
    """One of the demo's programs, in a process group of its own, with its output in a file."""

    def __init__(
        self, name: str, words: Sequence[str], env: Mapping[str, str], ready: str
    ) -> None:
        self.name = name
        self._ready = ready
        self._log = FOLDER / f"{name}.log"

        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *words],
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_ready(self, told_to_stop: Event) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not told_to_stop.is_set() and not _does_answer(self._ready):
            self.check()
            if time.monotonic() > deadline:
                raise DemoError(
                    f"The {self.name} was not ready within {READY_SECONDS}"
                    f" s.\n{self._last_words()}"
                )
            told_to_stop.wait(0.1)

    def check(self) -> None:
        """Raises DemoError when it has ended."""
        if self._process.poll() is not None:
            code = self._process.returncode
            raise DemoError(
                f"The {self.name} has ended with exit code {code}.\n{self._last_words()}"
            )

    def stop(self) -> None:
        self._signal_group(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        self._signal_group(signal.SIGKILL)
        self._process.wait()

    def _signal_group(self, number: signal.Signals) -> None:
        """To its whole group: what it has started must not outlive it."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def _last_words(self) -> str:
        lines = self._log.read_text("utf-8", "replace").splitlines()
        return "\n".join(
            [*lines[-12:], f"(all of it is in {self._log.relative_to(ROOT)})"]
        )


GUNICORN = (
    "gunicorn",
    "-c",
    "backend/gunicorn.conf.py",
    "backend.app:create_app()",
)


class Demo:
    def __init__(self, port: int) -> None:
        self._port = port
        self._told_to_stop = Event()
        self._children: list[Child] = []

    def run(self) -> None:
        """Returns when it is told to stop. Raises DemoError when it cannot go on."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        _require_free(self._port)
        FOLDER.mkdir(parents=True, exist_ok=True)

        try:
            self._start_children()
            if not self._told_to_stop.is_set():
                print(_welcome_text(self._port), flush=True)

            while not self._told_to_stop.wait(0.5):
                for child in self._children:
                    child.check()
        finally:
            for child in reversed(self._children):
                child.stop()

    def _on_signal(self, *_signal_group: object) -> None:
        self._told_to_stop.set()

    def _start_children(self) -> None:
        """The model first, then the back end, which the storefront stands in front of."""
        model_port, app_port = _free_port(), _free_port()
        mail_port = _free_port()
        model = f"http://127.0.0.1:{model_port}"
        app = f"http://127.0.0.1:{app_port}"
        shopify = f"http://127.0.0.1:{self._port}"

        kept = _kept_secrets()
        env = _build_environment(app, app_port, f"{model}/v1", shopify, kept)
        env["SMTP_URL"] = (
            f"smtp://127.0.0.1:{mail_port}?from=chat@tide-and-timber.example"
        )
        _migrate_database(env)

        scripted = ["backend.dev.model.fake_ai", "--port", str(model_port)]
        self._add_child("model", scripted, env, f"{model}/calls")
        self._add_child("back-end", GUNICORN, env, f"{app}/ready")
        storefront = self._storefront_words(app, kept, mail_port)
        self._add_child("storefront", storefront, env, f"{shopify}/")

        for child in self._children:
            child.wait_ready(self._told_to_stop)
        if not self._told_to_stop.is_set():
            open_app(shopify)
            self._wait_for_catalog()

    def _wait_for_catalog(self) -> None:
        """Until the back end has read the shop's goods, which takes it some seconds; a demo without
        them is better than none.
        """
        deadline = time.monotonic() + CATALOG_SECONDS
        while time.monotonic() < deadline and not _has_catalog():
            if self._told_to_stop.wait(0.2):
                return

    def _add_child(
        self, name: str, words: Sequence[str], env: Mapping[str, str], ready: str
    ) -> None:
        """Started at once and one by one, so that whatever runs is stopped in any case."""
        self._children.append(Child(name, words, env, ready))

    def _storefront_words(
        self, app: str, kept: Mapping[str, str], mail_port: int
    ) -> list[str]:
        options = {
            "--port": str(self._port),
            "--app": app,
            "--secret": kept["SHOPIFY_API_SECRET"],
            "--kept": str(FOLDER / "admin.json"),
            "--mail-port": str(mail_port),
        }
        words = [word for option in options.items() for word in option]
        return ["backend.dev.shopify.fake_shopify", *words]


def main() -> None:
    try:
        Demo(_wanted_port()).run()
    except DemoError as error:
        sys.exit(str(error))


def _wanted_port() -> int:
    text = os.environ.get("PORT", "") or "3000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise DemoError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _build_environment(
    app: str, app_port: int, model: str, shopify: str, kept: Mapping[str, str]
) -> dict[str, str]:
    """All that the programs are told. What else the developer's shell or .env holds stays out."""
    path = os.environ.get("PATH", os.defpath)
    home = os.environ.get("HOME", str(FOLDER))

    return {
        "PATH": path,
        "HOME": home,
        "FLASK_SKIP_DOTENV": "1",
        "DATABASE_URL": f"sqlite:///{DATABASE}",
        "HOST": app,
        "PORT": str(app_port),
        # The storefront is Shopify here, and nothing stands between it and the app.
        "TRUSTED_HOPS": "1",
        "SHOPIFY_API_KEY": "client-id-of-the-sample",
        "SHOPIFY_ORIGIN": f"{shopify}/stores/{{shop}}",
        "SHOPIFY_ADMIN_ORIGIN": shopify,
        "SHOPIFY_CDN": shopify,
        "OPENAI_API_KEY": "any-will-do",
        "OPENAI_BASE_URL": model,
        "OPENAI_MODEL": "scripted",
        "OPENAI_IMAGE_MODEL": "scripted",
        "FACEBOOK_GRAPH_URL": f"{shopify}/graph/v23.0",
        **kept,
    }


def _kept_secrets() -> dict[str, str]:
    """Made at the first start and kept, so that conversations open after the next one, too."""
    path = FOLDER / "secrets.json"
    if not path.is_file():
        key = secrets.token_bytes(32)
        made = {
            "SHOPIFY_API_SECRET": secrets.token_hex(32),
            "ENCRYPTION_KEYS": base64.b64encode(key).decode(),
        }
        path.touch(mode=0o600)
        path.write_text(json.dumps(made))

    return dict(json.loads(path.read_text()))


def _migrate_database(env: Mapping[str, str]) -> None:
    command = [sys.executable, "-m", "flask", "--app", "backend.app", "migrate"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    if done.returncode:
        raise DemoError(
            f"The database could not be prepared.\n{done.stdout}{done.stderr}"
        )


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise DemoError(
                f"Port {port} cannot be used: {error.strerror}. Choose another one: make demo"
                f" PORT={port + 1}"
            ) from error


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _does_answer(address: str) -> bool:
    try:
        return httpx2.get(address, timeout=5, trust_env=False).status_code == 200
    except httpx2.TransportError:
        return False


def open_app(shopify: str) -> None:
    """As the merchant does, who has installed it: with that it may read the shop."""
    page = httpx2.get(f"{shopify}/admin/apps/flux-chat", timeout=5, trust_env=False)
    frame = FRAME.search(page.text)
    if frame is not None:
        httpx2.get(unescape(frame[1]), timeout=5, trust_env=False)


def _has_catalog() -> bool:
    with closing(sqlite3.connect(DATABASE)) as database:
        query = (
            "SELECT 1 FROM catalog_syncs WHERE filled_at IS NOT NULL AND passages > 0"
        )
        return database.execute(query).fetchone() is not None


def _welcome_text(port: int) -> str:
    return f"""
  Tide & Timber is open:   http://127.0.0.1:{port}/
  auf Deutsch:             http://127.0.0.1:{port}/de/
  the merchant's admin:    http://127.0.0.1:{port}/admin
  switches to play with:   http://127.0.0.1:{port}/sample
  whatever was mailed:     http://127.0.0.1:{port}/sample/mail
  the shop's Facebook:     http://127.0.0.1:{port}/sample/page

  Everything is kept in var/demo. Ctrl-C stops it.
"""
