"""A message cut into clauses, each of which is about one line of an order at most; what does not
order anything is left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from backend.flows.mention_kinds import (
    BOTH,
    Mention,
    Role,
    What,
)
from backend.flows.ordering_words import listed

ENDS = frozenset(".?!\n。？！؟…")
QUESTIONS = frozenset("?？؟")
# They stand within a clause.
SIZED_BY = frozenset(("in", "en", "im", "में", "ൽ", "em"))
DASHES = frozenset("-–—")
INNER = frozenset("()[]=*×•·")


@dataclass(frozen=True, slots=True)
class Clause:
    """`mark` is what stood before it. `wants` and `asks` tell of its sentence: whether it orders,
    and whether it is a question; `mends` whether it takes back what was said before.
    """

    mentions: tuple[Mention, ...]
    mark: str = ""
    wants: bool = False
    asks: bool = False
    mends: bool = False
    each: bool = False

    @property
    def start(self) -> int:
        return self.mentions[0].start

    @property
    def end(self) -> int:
        return self.mentions[-1].end

    @property
    def quantity(self) -> Mention | None:
        """The one that is most surely one."""
        found = [each for each in self.mentions if each.what is What.QUANTITY]
        strong = [each for each in found if not each.weak]
        return next(iter(strong or found), None)


def split_clauses(mentions: Sequence[Mention]) -> list[Clause]:
    found = [
        each
        for sentence in _sentences(mentions)
        for clause in _ordering(sentence)
        for each in _by_quantity(clause)
    ]
    return list(_dashed(found))


def _dashed(clauses: Sequence[Clause]) -> Iterator[Clause]:
    """`30 pcs - enamel mug` is one clause."""
    waiting: Clause | None = None
    for clause in clauses:
        is_named = clause.mark in DASHES and not _is_counted(clause)
        if waiting and is_named:
            joined = (*waiting.mentions, *clause.mentions)
            clause = replace(waiting, mentions=tuple(_cleared(joined)))
            waiting = None
        if waiting:
            yield waiting
            waiting = None

        if all(each.what is What.QUANTITY for each in clause.mentions):
            waiting = clause
        else:
            yield clause
    if waiting:
        yield waiting


def _is_counted(clause: Clause) -> bool:
    """`2 m` may be a length."""
    return clause.quantity is not None and clause.quantity.unit not in BOTH


def _sentences(mentions: Sequence[Mention]) -> Iterator[list[Mention]]:
    sentence: list[Mention] = []
    for mention in mentions:
        sentence.append(mention)
        if mention.what is What.BREAK and mention.text in ENDS:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _ordering(sentence: Sequence[Mention]) -> Iterator[Clause]:
    """The clauses of a sentence up to one that says something else of goods."""
    said = _said(sentence)
    wants = listed("wanting").is_in(said)
    asks = sentence[-1].text in QUESTIONS

    for mark, mentions in _pieces(sentence):
        own = _said(mentions)
        if listed("other").is_in(own):
            return
        mends = listed("mending").is_in(own)
        yield Clause(
            tuple(mentions),
            mark,
            wants,
            asks,
            mends,
            _is_each(mentions),
        )


def _said(mentions: Iterable[Mention]) -> list[str]:
    return [
        word
        for mention in mentions
        if mention.what in (What.WORD, What.JOIN)
        for word in mention.text.split()
    ]


def _is_each(mentions: Iterable[Mention]) -> bool:
    """Also where it stands with the number: `5 each`."""
    said = [word for mention in mentions for word in mention.text.split()]
    return listed("each").is_in(said)


def _pieces(sentence: Sequence[Mention]) -> Iterator[tuple[str, list[Mention]]]:
    """What stands between two marks, with the first of them."""
    mark, inside = "", list[Mention]()
    for mention in sentence:
        if mention.what is not What.BREAK:
            inside.append(mention)
        elif mention.text not in INNER:
            if inside:
                yield mark, inside
            mark, inside = mention.text, []
    if inside:
        yield mark, inside


def _by_quantity(clause: Clause) -> Iterator[Clause]:
    """Each has one quantity at most."""
    mark = clause.mark
    for joined in _by_join(clause.mentions):
        for mentions in _by_number(_cleared(joined)):
            yield replace(clause, mentions=tuple(mentions), mark=mark)
            mark = "and"


def _by_join(mentions: Sequence[Mention]) -> Iterator[list[Mention]]:
    """`and` parts two lines where a quantity follows it that is not the first one's."""
    current: list[Mention] = []
    for part in _parts(mentions):
        if current and _begins_another(current, part):
            yield current
            current = []
        current += part
    if current:
        yield current


def _parts(mentions: Sequence[Mention]) -> Iterator[list[Mention]]:
    part: list[Mention] = []
    for mention in mentions:
        if mention.what is What.JOIN and part:
            yield part
            part = []
        part.append(mention)
    if part:
        yield part


def _begins_another(
    before: Sequence[Mention],
    part: Sequence[Mention],
) -> bool:
    if not _quantities(part):
        return False
    if _quantities(before):
        return True

    content = [each for each in part if each.what is not What.JOIN]
    return content[0].what is What.QUANTITY


def _quantities(mentions: Iterable[Mention]) -> list[Mention]:
    return [each for each in mentions if each.what is What.QUANTITY and not each.weak]


def _cleared(mentions: Sequence[Mention]) -> list[Mention]:
    """Without the joins at its ends; a measure or a pack beside a quantity is no second one."""
    listed_here = [each for each in mentions if each.what is not What.JOIN]
    if len(_quantities(listed_here)) < 2:
        return listed_here

    kept = list(listed_here)
    first = _quantities(listed_here)[0]
    for place, mention in enumerate(listed_here):
        if mention.what is What.QUANTITY and mention.role is Role.EITHER:
            before = listed_here[place - 1].text if place else ""
            is_size = before.rpartition(" ")[2] in SIZED_BY and not mention.unit
            kept[place] = _as_spec(mention, is_size, mention is first)
    return kept if _quantities(kept) else listed_here


def _as_spec(mention: Mention, is_size: bool, is_first: bool) -> Mention:
    if is_size and mention.value:
        return replace(mention, what=What.SPEC, text=f"size:{mention.value}")
    if mention.unit == "pair" and not is_first:
        return replace(mention, what=What.SPEC, text=f"pairs:{mention.value}")
    if mention.unit in BOTH:
        measure = mention.text.replace(" ", "")
        return replace(mention, what=What.SPEC, text=f"measure:{measure}")
    return mention


def _by_number(mentions: Sequence[Mention]) -> Iterator[Sequence[Mention]]:
    """Where several quantities stand in a row: each before its goods, or each behind them."""
    if len(_quantities(mentions)) < 2:
        if mentions:
            yield mentions
        return

    leads = mentions[0].what is What.QUANTITY or _quantities(mentions)[0].role is (
        Role.BEFORE
    )
    current: list[Mention] = []
    for mention in mentions:
        is_quantity = mention.what is What.QUANTITY and not mention.weak
        if is_quantity and leads and _quantities(current):
            yield current
            current = []
        current.append(mention)
        if is_quantity and not leads:
            yield current
            current = []
    if current:
        yield current
