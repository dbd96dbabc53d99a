"""What SMTP_URL may be: the mail server that everything is sent through, and who it comes from."""

from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from email_validator import EmailNotValidError, validate_email

PORTS = {"smtp": 587, "smtps": 465}
FORM = "smtps://user:password@mail.example.com?from=chat@example.com"


@dataclass(frozen=True, slots=True)
class MailServer:
    """`is_tls` from the first byte on; otherwise as soon as the server offers it."""

    host: str
    port: int
    is_tls: bool
    user: str
    password: str = field(repr=False)
    sender: str

    @property
    def domain(self) -> str:
        """The sender's, under which we introduce ourselves."""
        return self.sender.rpartition("@")[2]


def mail_address(text: str) -> str:
    """As it is written, once it has been read. Raises ValueError."""
    read_server(text)
    return text


def read_server(text: str) -> MailServer:
    """Raises ValueError, which never repeats the password."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(f"must be an address such as {FORM}") from None

    is_usable = text.isprintable() and " " not in text
    if parts.scheme not in PORTS or not parts.hostname or port == 0 or not is_usable:
        raise ValueError(f"must be an address such as {FORM}")
    if parts.path.strip("/") or parts.fragment:
        raise ValueError(
            "must have no path and no #: write the signs / and # of a password as %2F and %23"
        )

    return MailServer(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        is_tls=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=_read_sender(parts),
    )


def _read_sender(parts: SplitResult) -> str:
    """In the form of the wire: names of hosts in ASCII."""
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if query.keys() != {"from"}:
        raise ValueError("must name the sender, and nothing else, behind the ?: ?from=")

    try:
        found = validate_email(
            query["from"], check_deliverability=False, test_environment=True
        )
    except EmailNotValidError:
        raise ValueError(
            "must name a sender behind ?from= that is an e-mail address"
        ) from None
    if found.ascii_email is None:
        raise ValueError("must name a sender that is written in ASCII before the @")
    return found.ascii_email
