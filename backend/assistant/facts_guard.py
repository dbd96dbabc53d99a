"""Between the model and the shopper: what a reply states passes if it is a fact of the
conversation, else one plain sentence stands in its place.

Words pass at once. From a figure, a promise or a link on, a sentence is held until it is whole.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backend.ai.provider import TakeBack, Text
from backend.assistant.facts import Facts
from backend.assistant.fallback import sentence
from backend.assistant.judging import find_untrue
from backend.assistant.measured_figures import Kind
from backend.assistant.reply_units import (
    DIVIDER,
    LEAD,
    WINDOW,
    Layout,
    Unit,
    UnitKind,
)
from backend.assistant.surroundings import Surroundings
from backend.assistant.triggers import trigger

Step = Text | TakeBack

NOT_CONFIRMED = {
    "en": "I can't confirm that detail, so please check the product page or ask our team.",
    "de": (
        "Das kann ich nicht bestätigen. Bitte sehen Sie auf der Produktseite nach oder fragen Sie"
        " unser Team."
    ),
    "es": (
        "No puedo confirmar ese dato; consulta la página del producto o pregunta a nuestro equipo."
    ),
    "fr": (
        "Je ne peux pas confirmer ce point ; consultez la page du produit ou demandez à notre"
        " équipe."
    ),
    "hi": "मैं इस जानकारी की पुष्टि नहीं कर सकता; कृपया उत्पाद पेज देखें या हमारी टीम से पूछें।",
    "ml": (
        "ഈ വിവരം സ്ഥിരീകരിക്കാൻ കഴിയില്ല; ദയവായി ഉൽപ്പന്ന പേജ് നോക്കുക അല്ലെങ്കിൽ ഞങ്ങളുടെ ടീമിനോട്"
        " ചോദിക്കുക."
    ),
    "ja": "その点は確認できません。商品ページをご覧いただくか、スタッフにお尋ねください。",
    "ar": "لا يمكنني تأكيد هذه المعلومة، لذا يرجى مراجعة صفحة المنتج أو سؤال فريقنا.",
}
# What may be of a word that goes on in the next piece.
MOST_TAIL, KEPT_TAIL = 64, 32
BLOCKS = (UnitKind.ROW, UnitKind.CODE)
BETWEEN_UNITS, NEW_LINE = " ", "\n"
# Words with a space before them that have been looked at: models say the same ones again and again.
HARMLESS: set[str] = set()
MOST_HARMLESS, LONGEST_WORD = 20_000, 24
# Any sign that ends a sentence or a line.
ENDS = re.compile("[.!?…؟۔।。！？\n]")
_TAKE_BACK = TakeBack()


@dataclass(slots=True)
class _Block:
    """A table or a block of code while it passes: where it begins, and what became of its rows."""

    kind: UnitKind
    start: int
    rows: int = 0
    is_table: bool = False
    kept: int = 0
    dropped: int = 0
    # Without its titles a table is none.
    is_broken: bool = False

    def keep(self, unit: Unit) -> None:
        self.rows += 1
        if (
            self.kind == UnitKind.ROW
            and self.rows == 2
            and DIVIDER.fullmatch(unit.text)
        ):
            self.is_table = True
        elif self.rows > 1:
            self.kept += 1

    def drop(self) -> None:
        self.is_broken = self.is_broken or not self.rows
        self.rows += 1
        self.dropped += 1

    @property
    def is_emptied(self) -> bool:
        is_bare = self.is_table and not self.kept
        return self.dropped > 0 and (is_bare or self.is_broken)


class FactsGuard:
    """One step of a reply as it grows. `locale` is the shopper's; `is_told`: an earlier step of the
    reply has said the sentence already.
    """

    def __init__(
        self,
        facts: Facts,
        locale: str | None = None,
        is_told: bool = False,
    ) -> None:
        self.is_told = is_told
        self._was_told = is_told
        self._facts = facts
        self._sentence = sentence(NOT_CONFIRMED, locale)
        self._search = trigger().search
        self.forget()

    def forget(self) -> None:
        """The model has taken back all that it said: begin again."""
        self.is_told = self._was_told
        self.replaced = 0
        self.kinds: Counter[Kind] = Counter()
        self._is_quick = True
        # What is held has a reason that nothing can take away, and a sign that may end a unit.
        self._is_sure = self._may_end = False
        # After the first untruth no sentence is shown before it is whole.
        self._is_strict = False
        self._is_dropping = False
        self._is_owed = False
        self._layout = Layout()
        self._around = Surroundings()
        self._block: _Block | None = None

        # What readers have or are to have next; as far as `_holds` what they have still holds.
        self._passed: list[str] = []
        self._length = self._delivered = self._holds = 0
        # The beginning of a unit that has passed already, and what of it is held.
        self._open = self._held = ""
        self._unread = self._sent = 0
        self._tail = BETWEEN_UNITS

    def feed(self, piece: str) -> Sequence[Step]:
        """Take more of the reply, never an empty piece; returns what may be shown now."""
        # Nearly every piece of nearly every reply.
        if self._is_quick:
            # The first word has no space before it.
            word = piece if self._passed else BETWEEN_UNITS + piece
            if word in HARMLESS:
                self._passed.append(piece)
                self._tail = word
                return (piece,)
            if self._is_harmless(word):
                self._passed.append(piece)
                return (piece,)

        self._read_passed()
        self._held += piece
        self._is_quick = False
        if ENDS.search(piece):
            self._may_end = True
        length = len(self._open) + len(self._held)
        if self._may_end or length >= WINDOW:
            self._take_units(is_last=False)
        if not self._is_sure:
            self._settle()
        return tuple(self._deliver())

    def _is_harmless(self, piece: str) -> bool:
        """Whether no word with a meaning begins or ends in it."""
        is_word = piece[:1] == BETWEEN_UNITS
        text = piece if is_word else self._tail + piece
        if self._search(text):
            return False

        self._tail = text if len(text) < MOST_TAIL else text[-KEPT_TAIL:]
        if is_word and len(piece) <= LONGEST_WORD:
            if len(HARMLESS) >= MOST_HARMLESS:
                HARMLESS.clear()
            HARMLESS.add(piece)
        return True

    def finish(self) -> Sequence[Step]:
        """Nothing more comes: what is held is judged as it is."""
        if self._is_quick:
            return ()
        self._take_units(is_last=True)
        self._end_block()
        return tuple(self._deliver())

    def _read_passed(self) -> None:
        """What has passed without a look belongs to units as well."""
        if not self._is_quick:
            return
        text = "".join(self._passed[self._unread :])
        self._length += len(text)
        self._open += text
        self._unread = self._sent = len(self._passed)
        self._delivered = self._holds = self._length

    # Units

    def _take_units(self, is_last: bool) -> None:
        text, place = self._open + self._held, 0
        opened = len(self._open)

        while place < len(text):
            window = text[place : place + WINDOW]
            is_end = is_last and place + len(window) == len(text)
            unit = self._layout.take(window, is_end)
            if unit is None:
                break

            self._open = text[place:opened]
            self._take(unit)
            place += len(unit.text)

        self._open = text[place:opened]
        self._held = text[max(place, opened) :]
        if place:
            self._tail = (BETWEEN_UNITS + self._open)[-KEPT_TAIL:]
            self._is_sure = False
            self._may_end = ENDS.search(self._held) is not None

    def _take(self, unit: Unit) -> None:
        begun = len(self._open)
        if self._block and self._block.kind != unit.kind:
            self._end_block()
        if self._block is None and unit.kind in BLOCKS:
            start = self._length - begun
            self._block = _Block(unit.kind, start)

        if len(unit.text) <= begun:
            self._keep(unit, "")
            return
        untrue = self._untrue_of(unit)
        if untrue or self._is_dropping:
            self._drop(unit, untrue)
        else:
            self._keep(unit, unit.text[begun:])

    def _untrue_of(self, unit: Unit) -> Sequence[Kind]:
        if self._block and self._block.is_broken:
            self._is_dropping = True
            return ()
        has_trigger = self._search(BETWEEN_UNITS + unit.text)
        if self._is_dropping or not has_trigger:
            return ()
        statement = self._around.read(unit)
        return find_untrue(statement, self._facts)

    def _keep(
        self,
        unit: Unit,
        text: str,
    ) -> None:
        self._append(text)
        self._around.learn(unit)
        if self._block:
            self._block.keep(unit)

    def _drop(
        self,
        unit: Unit,
        untrue: Sequence[Kind],
    ) -> None:
        self._truncate(self._length - len(self._open))
        self._is_strict = True
        self._is_dropping = unit.is_cut
        if untrue:
            self.replaced += 1
            self.kinds.update(untrue)

        if self._block:
            self._block.drop()
            self._is_owed = not self.is_told
        elif untrue and not self.is_told:
            self._replace(unit)
        else:
            self._leave_out(unit)

    def _replace(self, unit: Unit) -> None:
        said = unit.text.rstrip()
        after = unit.text[len(said) :]
        if unit.kind == UnitKind.HEADING:
            after += after
        self._append(unit.lead + self._sentence + after)
        self.is_told = True

    def _leave_out(self, unit: Unit) -> None:
        """Of a line that has more words its mark and its end stay."""
        if not unit.ends_line:
            self._append(unit.lead)
            return

        text = "".join(self._passed)
        _, _, line = text.rpartition(NEW_LINE)
        if LEAD.fullmatch(line):
            self._truncate(self._length - len(line))
        else:
            self._append("\n")

    def _end_block(self) -> None:
        """A table that has no rows any more is left out; after it comes what stands for them."""
        block, self._block = self._block, None
        if block is None:
            return
        if block.is_emptied:
            self._truncate(block.start)
        if not self._is_owed:
            return

        last = "".join(self._passed)[-1:]
        before = "" if last in ("", NEW_LINE) else NEW_LINE
        self._append(before + self._sentence + NEW_LINE)
        self.is_told, self._is_owed = True, False

    # What readers have

    def _settle(self) -> None:
        """What is held without a reason passes."""
        if self._is_strict:
            return
        text = self._tail + self._held
        found = self._search(text)
        end = len(self._held)
        if found:
            self._is_sure = found.end() < len(text)
            end = max(0, found.start() - len(self._tail))

        passes = self._held[:end]
        self._held = self._held[end:]
        self._append(passes)
        self._open += passes
        self._tail = (self._tail + passes)[-KEPT_TAIL:]
        if not found:
            self._is_quick = True

    def _append(self, text: str) -> None:
        if text:
            self._passed.append(text)
            self._length += len(text)
            self._unread = len(self._passed)

    def _truncate(self, length: int) -> None:
        text = "".join(self._passed)[:length]
        self._holds = min(self._holds, length)
        had = text[: self._delivered]
        self._passed = [had, text[len(had) :]]
        self._sent = 1
        self._unread = len(self._passed)
        self._length = length

    def _deliver(self) -> Iterator[Step]:
        """Only what is new; all of it again when readers have what does not hold."""
        new = self._passed[self._sent :]
        if self._holds < self._delivered:
            yield _TAKE_BACK
            new = self._passed
        if text := "".join(new):
            yield text

        self._sent = self._unread = len(self._passed)
        self._delivered = self._holds = self._length
