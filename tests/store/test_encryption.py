"""Secrets at rest: opened by their own key and in their own place alone, and moved to a new key
without a pause.
"""

import io
import secrets

import pytest

from backend.errors import NotSetUp, Undecipherable
from backend.operations import sealed_files
from backend.operations.sealed_files import PIECE, NotReadable
from backend.store.encryption import Vault

OLD, NEW = secrets.token_bytes(32), secrets.token_bytes(32)
SECRET, PLACE = "refresh-9f2c", "installations.refresh_token:1"
HEAD = b"a head"


def test_what_is_sealed_opens_again_and_shows_nothing():
    sealed = Vault([OLD]).seal(SECRET, PLACE)

    assert Vault([OLD]).open(sealed, PLACE) == SECRET
    assert SECRET.encode() not in sealed
    assert sealed != Vault([OLD]).seal(SECRET, PLACE)


def test_it_opens_nowhere_else():
    sealed = Vault([OLD]).seal(SECRET, PLACE)

    with pytest.raises(Undecipherable):
        Vault([OLD]).open(sealed, "installations.refresh_token:2")


@pytest.mark.parametrize("place", range(0, 50, 7))
def test_a_single_changed_bit_is_noticed(place: int):
    sealed = bytearray(Vault([OLD]).seal(SECRET, PLACE))
    sealed[place % len(sealed)] ^= 1

    with pytest.raises(Undecipherable):
        Vault([OLD]).open(bytes(sealed), PLACE)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01abcd"])
def test_what_was_never_sealed_is_refused(sealed: bytes):
    with pytest.raises(Undecipherable):
        Vault([OLD]).open(sealed, PLACE)


def test_a_new_key_in_front_seals_and_the_old_one_still_opens():
    sealed = Vault([OLD]).seal(SECRET, PLACE)
    both = Vault([NEW, OLD])

    assert both.open(sealed, PLACE) == SECRET
    assert not both.is_current(sealed)
    assert both.is_current(both.seal(SECRET, PLACE))
    assert Vault([NEW]).open(both.seal(SECRET, PLACE), PLACE) == SECRET


def test_without_its_key_nothing_opens_and_without_any_nothing_is_sealed():
    with pytest.raises(Undecipherable):
        Vault([NEW]).open(Vault([OLD]).seal(SECRET, PLACE), PLACE)
    with pytest.raises(NotSetUp):
        Vault([]).seal(SECRET, PLACE)


@pytest.mark.parametrize(
    "size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 5]
)
def test_a_file_of_any_size_comes_back(size: int):
    content = secrets.token_bytes(size)

    assert unsealed(sealed(content)) == content


@pytest.mark.parametrize(
    "change",
    ["cut in a piece", "cut between pieces", "changed", "pieces swapped", "continued"],
)
def test_a_file_that_was_tampered_with_is_refused(change: str):
    whole = sealed(secrets.token_bytes(2 * PIECE + 5))
    begin, piece = len(whole) - 5 - 16 - 2 * (PIECE + 16), PIECE + 16
    tampered = {
        "cut in a piece": whole[:-1],
        "cut between pieces": whole[: begin + 2 * piece],
        "changed": whole[:-3] + bytes([whole[-3] ^ 1]) + whole[-2:],
        "pieces swapped": whole[:begin]
        + whole[begin + piece : begin + 2 * piece]
        + whole[begin : begin + piece]
        + whole[begin + 2 * piece :],
        "continued": whole + b"more",
    }[change]

    with pytest.raises(NotReadable):
        unsealed(tampered)


def test_another_head_or_another_key_does_not_open_a_file():
    with pytest.raises(NotReadable):
        unsealed(sealed(b"words").replace(HEAD, b"A head", 1), b"A head")
    with pytest.raises(NotReadable):
        unsealed(sealed(b"words"), keys=[NEW])


def sealed(content: bytes) -> bytes:
    target = io.BytesIO()
    sealed_files.seal(io.BytesIO(content), target, OLD, HEAD)
    return target.getvalue()


def unsealed(
    content: bytes, head: bytes = HEAD, keys: list[bytes] | None = None
) -> bytes:
    source, target = io.BytesIO(content), io.BytesIO()
    assert sealed_files.read_head(source) == head
    sealed_files.unseal(source, target, [NEW, OLD] if keys is None else keys, head)
    return target.getvalue()
