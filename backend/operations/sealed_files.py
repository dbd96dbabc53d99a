"""Whole files, encrypted piece by piece, so that neither their size nor their end can be tampered
with.
"""

import hmac
from collections.abc import Iterator, Sequence
from hashlib import sha256
from secrets import token_bytes
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PIECE = 1 << 20
TAG_BYTES = 16
SALT_BYTES = 16
# Of each file another key, so the pieces may simply be numbered.
PURPOSE = b"a file of flux-chat"


class NotReadable(Exception):
    """The sentence says what is wrong with the file."""


def seal(source: BinaryIO, target: BinaryIO, key: bytes, head: bytes) -> None:
    """`head`, one line, stands readable in front and is protected as well."""
    salt = token_bytes(SALT_BYTES)
    cipher = _derive_cipher(key, salt)
    target.write(head + b"\n" + salt)

    number, piece = 0, source.read(PIECE)
    while True:
        following = source.read(PIECE)
        nonce = _piece_nonce(number, last=not following)
        target.write(cipher.encrypt(nonce, piece, head))
        if not following:
            return
        number, piece = number + 1, following


def read_head(source: BinaryIO) -> bytes:
    return source.readline(200).removesuffix(b"\n")


def unseal(
    source: BinaryIO, target: BinaryIO, keys: Sequence[bytes], head: bytes
) -> None:
    """After `read_head`. Tries every key. Raises NotReadable; what was written by then is worth
    nothing.
    """
    salt = source.read(SALT_BYTES)
    pieces = _read_pieces(source)
    number, piece, last = next(pieces)
    cipher = _right_one([_derive_cipher(key, salt) for key in keys], piece, last, head)

    while True:
        try:
            target.write(cipher.decrypt(_piece_nonce(number, last), piece, head))
        except InvalidTag as error:
            raise NotReadable("The file was cut or changed.") from error

        if last:
            return
        number, piece, last = next(pieces)


def _right_one(
    ciphers: Sequence[AESGCM], piece: bytes, last: bool, head: bytes
) -> AESGCM:
    for cipher in ciphers:
        try:
            cipher.decrypt(_piece_nonce(0, last), piece, head)
        except InvalidTag:
            continue
        return cipher

    raise NotReadable(
        "None of ENCRYPTION_KEYS opens the file, or it was cut or changed."
    )


def _read_pieces(source: BinaryIO) -> Iterator[tuple[int, bytes, bool]]:
    """(number, what was sealed, whether it is the last)."""
    number, piece = 0, source.read(PIECE + TAG_BYTES)
    while True:
        following = source.read(PIECE + TAG_BYTES)
        yield number, piece, not following
        number, piece = number + 1, following


def _derive_cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(hmac.digest(key, PURPOSE + salt, sha256))


def _piece_nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")
