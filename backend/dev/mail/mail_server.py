"""A mail server on loopback that delivers nothing: what it is sent stays in memory, to be seen."""

import base64
import binascii
import socket
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from itertools import count
from socketserver import StreamRequestHandler
from threading import Thread

MOST_KEPT = 500
MOST_BYTES = 1_048_576
MOST_LINE = 2_000
MOST_RECIPIENTS = 100
PATIENCE_SECONDS = 30
# Nobody at this domain exists.
NOBODY_AT = "@nobody.example"


@dataclass(frozen=True)
class Received:
    """A mail as it came. `at` is in seconds since 1970."""

    number: int
    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    at: float

    @property
    def message(self) -> EmailMessage:
        found = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        text = "" if part is None else str(part.get_content())
        return text.replace("\r\n", "\n")


@dataclass
class Mailbox:
    """All mailboxes of the world. While it `is_down` nobody is let in."""

    kept: deque[Received] = field(default_factory=partial(deque, maxlen=MOST_KEPT))
    is_down: bool = False
    # How many were let in, whatever they sent.
    visits: int = 0

    def __post_init__(self) -> None:
        self._numbers = count(1)

    def put(self, sender: str, recipients: list[str], raw: bytes) -> None:
        number = next(self._numbers)
        self.kept.append(Received(number, sender, tuple(recipients), raw, time.time()))

    def find(self, number: int) -> Received | None:
        for received in self.kept:
            if received.number == number:
                return received
        return None


class MailServer:
    """Listens from its making on, until it is closed; a port of 0 is any that is free. A thread for
    each client, so that under gevent nobody waits for it.
    """

    def __init__(self, mailbox: Mailbox, port: int = 0) -> None:
        self.mailbox = mailbox
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port = int(self._socket.getsockname()[1])
        Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                client, address = self._socket.accept()
            except OSError:
                return
            Thread(target=self._serve, args=(client, address), daemon=True).start()

    def _serve(self, client: socket.socket, address: object) -> None:
        with client, suppress(OSError):
            _Session(client, address, self.mailbox)


class _Session(StreamRequestHandler):
    """One client: RFC 5321 as far as a client of ours goes."""

    timeout = PATIENCE_SECONDS

    def __init__(self, client: socket.socket, address: object, box: Mailbox) -> None:
        self._box = box
        self._sender: str | None = None
        self._recipients: list[str] = []
        super().__init__(client, address, None)  # type: ignore[arg-type]

    def handle(self) -> None:
        mailbox = self._box
        if mailbox.is_down:
            return

        mailbox.visits += 1
        self._forget()
        self._say("220 mail.example ESMTP: nothing leaves this machine")
        while line := self._read_line():
            if not self._answer(line):
                return

    def _answer(self, line: str) -> bool:
        """False when it was the last."""
        verb, _, rest = line.partition(" ")
        verb = verb.upper()
        if verb == "QUIT":
            self._say("221 Goodbye")
            return False

        commands = {
            "EHLO": self._greet,
            "HELO": self._greet,
            "AUTH": self._log_in,
            "MAIL": self._take_sender,
            "RCPT": self._take_recipient,
            "DATA": self._take_data,
            "RSET": self._reset,
            "NOOP": self._nod,
        }
        command = commands.get(verb)
        if command is None:
            self._say("502 I don't know that")
        else:
            command(rest)
        return True

    def _greet(self, _rest: str) -> None:
        self._say("250-mail.example")
        self._say("250-8BITMIME")
        self._say("250-SMTPUTF8")
        self._say("250-AUTH PLAIN")
        self._say(f"250 SIZE {MOST_BYTES}")

    def _log_in(self, rest: str) -> None:
        """Whoever has a name and a password may come in; no password is right by itself."""
        way, _, given = rest.partition(" ")
        try:
            parts = base64.b64decode(given, validate=True).split(b"\0")
        except binascii.Error:
            parts = []
        is_right = way.upper() == "PLAIN" and len(parts) == 3 and parts[2] != b"wrong"
        self._say("235 Welcome" if is_right else "535 That isn't the password")

    def _take_sender(self, rest: str) -> None:
        self._forget()
        self._sender = _address_in(rest)
        self._say("250 OK")

    def _take_recipient(self, rest: str) -> None:
        address = _address_in(rest)
        if self._sender is None:
            self._say("503 Who is it from?")
        elif address.endswith(NOBODY_AT):
            self._say("550 There is nobody of that name")
        elif len(self._recipients) >= MOST_RECIPIENTS:
            self._say("452 Too many recipients")
        else:
            self._recipients.append(address)
            self._say("250 OK")

    def _take_data(self, _rest: str) -> None:
        if self._sender is None or not self._recipients:
            self._say("503 To whom?")
            return

        self._say("354 Go on")
        raw = self._read_mail()
        if raw is None:
            self._say("552 Too much")
        else:
            self._box.put(self._sender, self._recipients, raw)
            self._say("250 Taken")
        self._forget()

    def _reset(self, _rest: str) -> None:
        self._forget()
        self._say("250 OK")

    def _nod(self, _rest: str) -> None:
        self._say("250 OK")

    def _forget(self) -> None:
        self._sender = None
        self._recipients = []

    def _read_mail(self) -> bytes | None:
        """Until a dot alone; None when it is too long."""
        lines = []
        length = 0
        while (line := self.rfile.readline(MOST_BYTES)) != b".\r\n":
            if not line:
                raise ConnectionAbortedError
            length += len(line)
            if length <= MOST_BYTES:
                lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines) if length <= MOST_BYTES else None

    def _read_line(self) -> str:
        return self.rfile.readline(MOST_LINE).decode("utf-8", "replace").rstrip()

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


def _address_in(rest: str) -> str:
    """Between the angle brackets."""
    _, _, behind = rest.partition("<")
    return behind.partition(">")[0]
