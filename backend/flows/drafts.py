"""What each clause or row of a message says of one line, before the shop's goods are looked at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backend.catalog.folding import fold, words
from backend.flows import ordering_words
from backend.flows.mention_kinds import Mention, Role, What
from backend.flows.mentions import find_mentions
from backend.flows.order_clauses import Clause, split_clauses
from backend.flows.orders import MOST_WORDS
from backend.flows.quantity_masking import mask
from backend.flows.table_rows import Row, find_tables
from backend.flows.tokenizing import tokenize
from backend.flows.variant_values import Said

NOTHING = Said()


@dataclass(frozen=True, slots=True)
class Draft:
    """`before` and `behind` are the words on each side of the quantity, `codes` what may be part
    numbers, `specs` sizes and packs. `is_counted` says that there was a quantity, be it a vague
    one; `is_surely` that nothing but goods is counted so.
    """

    text: str
    start: int
    quantity: int | None = None
    is_counted: bool = False
    is_surely: bool = False
    is_weak: bool = False
    before: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    said: Said = NOTHING
    clause: Clause | None = None

    @property
    def is_row(self) -> bool:
        return self.clause is None

    @property
    def is_behind(self) -> bool:
        """Whether its number is one such as `x5`."""
        quantity = self.clause.quantity if self.clause else None
        return quantity is not None and quantity.role is Role.BEHIND

    @property
    def words(self) -> tuple[str, ...]:
        return (*self.before, *self.behind)

    @property
    def namings(self) -> list[tuple[str, ...]]:
        """Which words may name a product: those behind the quantity, all, those before it."""
        if not self.before or not self.behind:
            return [self.words]
        return [self.behind, self.words, self.before]


def read_drafts(
    text: str,
    languages: Sequence[str],
) -> list[Draft]:
    """In the order of the text."""
    masked = mask(text)
    drafts: list[Draft] = []
    for table in find_tables(text):
        masked = _blank(masked, table.start, table.end)
        drafts += [_of_row(row, text, languages) for row in table.rows]

    mentions = find_mentions(tokenize(masked), languages)
    drafts += [_of_clause(clause, text) for clause in split_clauses(mentions)]
    return sorted(drafts, key=_start)


def _start(draft: Draft) -> int:
    return draft.start


def _blank(text: str, start: int, end: int) -> str:
    """A full stop keeps what is before it from what follows."""
    return text[:start] + "\n".ljust(end - start) + text[end:]


def _of_row(
    row: Row,
    text: str,
    languages: Sequence[str],
) -> Draft:
    """What stands under `part number` without a figure is a name."""
    is_coded = any(map(str.isdigit, row.number))
    name = row.name if is_coded else f"{row.number} {row.name}"
    named = find_mentions(tokenize(mask(name)), languages)
    beside = find_mentions(tokenize(row.variant), languages)
    specs = [each.text for each in (*named, *beside) if each.what is What.SPEC]
    specs += [
        f"size:{figure}"
        for each in beside
        if each.what in (What.QUANTITY, What.CODE)
        for figure in each.text.split()
        if any(map(str.isdigit, figure))
    ]

    return Draft(
        text=_shown(text[row.start : row.end]),
        start=row.start,
        quantity=row.quantity,
        is_counted=row.quantity is not None,
        is_surely=True,
        behind=tuple(words(fold(name))),
        codes=(row.number,) if is_coded else (),
        said=Said(
            tuple(words(fold(row.variant))),
            tuple(specs),
        ),
    )


def _of_clause(clause: Clause, text: str) -> Draft:
    quantity = clause.quantity
    before, behind = _sides(clause.mentions, quantity)
    specs = [each.text for each in clause.mentions if each.what is What.SPEC]
    is_surely = quantity is not None and (
        quantity.role is not Role.EITHER
        or quantity.unit != ""
        or quantity is clause.mentions[0]
        or clause.mark == "\n"
    )

    return Draft(
        text=_shown(text[clause.start : clause.end]),
        start=clause.start,
        quantity=quantity.value if quantity else None,
        is_counted=quantity is not None,
        is_surely=is_surely,
        is_weak=quantity is not None and quantity.weak,
        before=tuple(before),
        behind=tuple(behind),
        codes=tuple(each.text for each in clause.mentions if each.what is What.CODE),
        said=Said(_sized(quantity), tuple(specs)),
        clause=clause,
    )


def _sized(quantity: Mention | None) -> tuple[str, ...]:
    """The size of `10 M`."""
    if quantity and quantity.unit in ("m", "l"):
        return (quantity.unit,)
    return ()


def _sides(
    mentions: Sequence[Mention], quantity: Mention | None
) -> tuple[list[str], list[str]]:
    before: list[str] = []
    behind: list[str] = []
    side = before
    for mention in mentions:
        if mention is quantity:
            side = behind
        else:
            side += _words_of(mention)
    return (before, behind) if quantity else ([], before)


def _words_of(mention: Mention) -> Iterator[str]:
    """Of a code those that may be a name's, such as `3-drawer`."""
    if mention.what in (What.WORD, What.JOIN):
        yield from mention.text.split()
    elif (
        mention.what is What.CODE
        and not mention.text.replace(
            ".",
            "",
        ).isdigit()
    ):
        yield from words(mention.text)


def _shown(text: str) -> str:
    return " ".join(text.split())[:MOST_WORDS]


def is_again(draft: Draft) -> bool:
    """Whether it speaks of goods that were named before."""
    return ordering_words.listed("again").is_in(draft.words)
