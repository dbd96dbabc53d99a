"""A reply as it grows: its words and parts as numbered events for readers, and as a checkpoint for
whoever has to go on with it.
"""

import msgspec

from backend.chat.plain_text import utf16_length
from backend.chat.turns import Turn
from backend.clock import now_ms
from backend.errors import LeaseLost
from backend.metrics import FIRST_TEXT
from backend.services import Services
from backend.store.checkpoints import Checkpoint
from backend.store.live import LiveEvent, first_number, part_event, text_event
from backend.store.parts import Part, place_part


class LiveReply:
    """Of one attempt. Whatever publishes raises LeaseLost when a later holder has published."""

    def __init__(self, services: Services, turn: Turn) -> None:
        self._services = services
        self._turn = turn
        self._pieces: list[str] = []
        self._length = 0
        self._number = first_number(turn.epoch) - 1
        self.parts: list[Part] = []

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    @property
    def is_empty(self) -> bool:
        return not (self._pieces or self.parts)

    @property
    def next_number(self) -> int:
        return self._number + 1

    def begin(self) -> None:
        """A new attempt makes readers forget the one before."""
        if self._turn.attempt > 1:
            self._publish_restart()

    def say(self, piece: str) -> None:
        """The next words."""
        self._note_first()
        self._publish(text_event(self.next_number, self._length, piece))

        self._pieces.append(piece)
        self._length += utf16_length(piece)
        self._mark()

    def show(self, part: Part) -> None:
        """Where the words now end, or in the place of the part with its id."""
        self._note_first()
        known = {shown["id"]: shown["at"] for shown in self.parts}
        part = part | {"at": known.get(part["id"], self._length)}
        self._publish(part_event(self.next_number, part))

        self.parts = place_part(self.parts, part)
        self._mark()

    def take_back(self) -> None:
        """Readers forget what was said: it was not meant for them."""
        self._publish_restart()

        self._pieces, self._length = [], 0
        self.parts = []
        self._mark()

    def _note_first(self) -> None:
        if not self.is_empty:
            return

        # The room of a shop's own people is the same shop to the model's service.
        shop_id = abs(self._turn.shop_id)
        self._services.breaker.note_words(str(shop_id))
        if self._turn.attempt == 1:
            FIRST_TEXT.observe((now_ms() - self._turn.created_at) / 1000)

    def _publish_restart(self) -> None:
        data = msgspec.json.encode({"attempt": self._turn.attempt})
        self._publish(LiveEvent(self.next_number, "restart", data))

    def _publish(self, event: LiveEvent) -> None:
        if not self._services.live.publish(self._turn.id, event):
            raise LeaseLost
        self._number = event.number

    def _mark(self) -> None:
        self._services.checkpoints.mark(self._turn.id, self._checkpoint)

    def _checkpoint(self) -> Checkpoint:
        turn = self._turn
        return Checkpoint(
            turn.shop_id, turn.id, turn.epoch, self.text, self._number, self.parts
        )
