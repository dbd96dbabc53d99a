"""What the tokens of a message mention: quantities, sizes and packs, article numbers, words, and
what stands between two of them.
"""

from collections.abc import Iterator, Sequence

from backend.flows import quantity_mentions, size_mentions
from backend.flows.mention_kinds import (
    Found,
    Mention,
    Rule,
    Scan,
    What,
)
from backend.flows.tokenizing import Piece, Token

JOINING_MARKS = ("&", "+")


def find_mentions(
    pieces: Sequence[Piece],
    languages: Sequence[str],
) -> list[Mention]:
    return list(
        _scan(
            Scan(
                pieces,
                [piece.text for piece in pieces],
                languages,
            )
        )
    )


def _scan(scan: Scan) -> Iterator[Mention]:
    place = 0
    while place < len(scan.pieces):
        mention, length = _first(scan, place)
        yield mention
        place += length


def _first(
    scan: Scan,
    place: int,
) -> tuple[Mention, int]:
    for rule in RULES:
        if found := rule(scan, place):
            return found
    return _plain(scan, place), 1


def _plain(scan: Scan, place: int) -> Mention:
    piece = scan.pieces[place]
    if piece.kind is Token.MARK:
        what = What.JOIN if piece.text in JOINING_MARKS else What.BREAK
    elif piece.kind in (Token.CODE, Token.NUMBER):
        what = What.CODE
    else:
        what = What.WORD
    return scan.mention(what, place, 1)


def _join(scan: Scan, place: int) -> Found:
    length = scan.has("and", place)
    return (
        (
            scan.mention(
                What.JOIN,
                place,
                length,
            ),
            length,
        )
        if length
        else None
    )


RULES: Sequence[Rule] = (
    size_mentions.find_pack,
    size_mentions.find_counted_pack,
    size_mentions.find_single,
    size_mentions.find_size,
    size_mentions.find_measure,
    quantity_mentions.find_times,
    quantity_mentions.find_labelled,
    quantity_mentions.find_vague,
    quantity_mentions.find_counted,
    _join,
)
