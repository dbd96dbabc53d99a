"""What lies beside the program: `.env`, and in development an encryption key that is made once and
kept in `var/`.
"""

import base64
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import dotenv

# Where `.env` and `var/` are, whatever folder a program was started in.
PROJECT = Path(__file__).resolve().parents[1]
KEY_FILE = Path("var") / "encryption-key"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# Flask's own word. With it neither `.env` is read nor a key made: the environment is all that
# counts, as in the tests.
SKIPPED_BY = "FLASK_SKIP_DOTENV"
# The names by which programs are told where they run, the dev command of Shopify among those that
# tell.
TOLD_WHERE = ("APP_ENV", "NODE_ENV", "FLASK_ENV")


def with_env_file(environ: Mapping[str, str], folder: Path = PROJECT) -> dict[str, str]:
    """What is set, and from `.env` what is not. Raises ValueError when `.env` cannot be read."""
    return {**_read_env_file(environ, folder), **environ}


def needs_key(environ: Mapping[str, str], folder: Path = PROJECT) -> bool:
    """Whether a development key is to stand in. Set to nothing, other than in `.env`,
    ENCRYPTION_KEYS means none.
    """
    if _is_skipped(environ):
        return False

    settings = with_env_file(environ, folder)
    if settings.get("ENCRYPTION_KEYS", "").strip():
        return False

    is_in_file = "ENCRYPTION_KEYS" in _read_env_file(environ, folder)
    may_be_made = is_in_file or "ENCRYPTION_KEYS" not in environ
    return may_be_made and in_development(settings)


def in_development(environ: Mapping[str, str]) -> bool:
    """`shopify app dev` says so; without a word, an address that only this machine reaches does."""
    values = {environ.get(name, "").strip().lower() for name in TOLD_WHERE}
    values.discard("")
    if values:
        return values == {"development"}

    try:
        return urlsplit(environ.get("HOST", "").strip()).hostname in LOOPBACK
    except ValueError:
        return False


def find_or_make_key(folder: Path = PROJECT) -> tuple[str, bool]:
    """The key, and whether it was made now. Of two processes at once both get the same, and one of
    them made it.

    Raises OSError where nothing can be kept, ValueError when what is kept is no key.
    """
    path = folder / KEY_FILE
    was_made = not path.exists() and _keep_new_key(path)

    text = path.read_text("ascii", "replace").strip()
    if not _is_key(text):
        raise ValueError(
            f"{KEY_FILE} holds no key. Bring it back, or delete it and install the app anew."
        )
    return text, was_made


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == 32
    except ValueError:
        return False


def _keep_new_key(path: Path) -> bool:
    """Written whole under another name (mode 0600), then named: nobody reads half a key, the first
    one stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)

    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, prefix="encryption-key-"
    ) as new:
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        new.write(f"{key}\n")
        new.flush()
        os.fsync(new.fileno())
        try:
            os.link(new.name, path)
        except FileExistsError:
            return False
    return True


def _read_env_file(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """As Flask's own command line reads it, so that `flask` and gunicorn see the same."""
    path = folder / ".env"
    if _is_skipped(environ) or not path.is_file():
        return {}

    try:
        # Editors on Windows put a mark in front.
        found = dotenv.dotenv_values(path, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(
            f".env cannot be read ({type(error).__name__}): it must be UTF-8 text"
        ) from None
    return {name: text for name, text in found.items() if text is not None}


def _is_skipped(environ: Mapping[str, str]) -> bool:
    word = environ.get(SKIPPED_BY, "").strip().lower()
    return word not in ("", "0", "false", "no")
