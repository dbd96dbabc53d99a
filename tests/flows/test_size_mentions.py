"""Sizes, packs and measures are no quantities."""

import pytest

from backend.flows.mention_kinds import What
from backend.flows.mentions import find_mentions
from backend.flows.tokenizing import tokenize


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("pack of 4", "pack:4"),
        ("sets of six", "pack:6"),
        ("4er set", "pack:4"),
        ("lot de 6", "pack:6"),
        ("3 pair pack", "pairs:3"),
        ("paquete de 3 pares", "pairs:3"),
        ("4個セット", "pack:4"),
        ("singles", "single:1"),
        ("size 38", "size:38"),
        ("talla 39-42", "size:39-42"),
        ("taille L", "size:l"),
        ("मग साइज़ L", "size:l"),
        ("500 g", "measure:500g"),
        ("2kg", "measure:2kg"),
        ("+1.5", "measure:+1.5"),
        ("50 x 50 cm", "measure:50 x 50 cm"),
    ],
)
def test_a_size_or_a_pack_is_read(text: str, spec: str) -> None:
    mentions = find_mentions(tokenize(text), ("en", "es", "fr", "hi"))
    found = [each.text for each in mentions if each.what is What.SPEC]

    assert found == [spec]
    assert not [each for each in mentions if each.what is What.QUANTITY]
