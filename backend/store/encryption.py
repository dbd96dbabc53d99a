"""Secrets at rest: AES-256-GCM, with the key's name in front so that keys can be rotated.

What is sealed is bound to what it is about: copied into another row or another shop's it does not
open.
"""

from collections.abc import Sequence
from hashlib import sha256
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.errors import NotSetUp, Undecipherable

VERSION = b"\x01"
KEY_NAME_BYTES = 4
NONCE_BYTES = 12


class Vault:
    """The first key seals, all of them open."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        names = [_name_of(key) for key in keys]
        ciphers = map(AESGCM, keys)
        self._keys = dict(zip(names, ciphers, strict=True))
        self._newest = names[0] if names else None

    @property
    def is_open(self) -> bool:
        """Whether there is any key. Without one nothing secret can be kept, so none is taken in."""
        return self._newest is not None

    def seal(self, text: str, about: str) -> bytes:
        """`about` names the table, column and row. Raises NotSetUp without a key."""
        return self.seal_bytes(text.encode(), about)

    def seal_bytes(self, content: bytes, about: str) -> bytes:
        """Raises NotSetUp without a key."""
        if self._newest is None:
            raise NotSetUp

        nonce = token_bytes(NONCE_BYTES)
        key = self._keys[self._newest]
        sealed = key.encrypt(nonce, content, about.encode())
        return VERSION + self._newest + nonce + sealed

    def open(self, sealed: bytes, about: str) -> str:
        """Raises Undecipherable: its key is gone, it was changed, or is about something else."""
        return self.open_bytes(sealed, about).decode()

    def open_bytes(self, sealed: bytes, about: str) -> bytes:
        """Raises Undecipherable."""
        name, nonce, rest = _split_parts(bytes(sealed))
        key = self._keys.get(name)
        if key is None or not sealed.startswith(VERSION):
            raise Undecipherable

        try:
            return key.decrypt(nonce, rest, about.encode())
        except InvalidTag as error:
            raise Undecipherable from error

    def reencrypt(self, sealed: bytes, about: str) -> bytes:
        """The same secret, sealed with the newest key. Raises what `open` and `seal` raise."""
        return self.seal(self.open(sealed, about), about)

    def is_current(self, sealed: bytes) -> bool:
        """Whether the newest key has sealed it."""
        name, _, _ = _split_parts(bytes(sealed))
        return name == self._newest


def _name_of(key: bytes) -> bytes:
    return sha256(b"name of a key" + key).digest()[:KEY_NAME_BYTES]


def _split_parts(sealed: bytes) -> tuple[bytes, bytes, bytes]:
    name_end = len(VERSION) + KEY_NAME_BYTES
    nonce_end = name_end + NONCE_BYTES
    return (
        sealed[len(VERSION) : name_end],
        sealed[name_end:nonce_end],
        sealed[nonce_end:],
    )
