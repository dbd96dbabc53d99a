"""A sealed file opens with its own key and its own head alone, whole, and however long it is."""

import io
import secrets

import pytest

from backend.operations import sealed_files
from backend.operations.sealed_files import PIECE, NotReadable

OLD, NEW = secrets.token_bytes(32), secrets.token_bytes(32)
HEAD = b"a head"


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
