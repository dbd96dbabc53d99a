"""A model that lies, and an honest one: what of their words reaches the screen, the history and the
export.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from evals.eval_shop import EvalShop
from evals.shopper_views import Exchange, exchange, exported_texts, history_text
from evals.spoken_steps import Script, teach
from evals.untrue_replies import UntrueReply


@dataclass
class LieFigures:
    """`seen` are sentences, one for each untrue thing and place where it stood."""

    told: int = 0
    seen: list[str] = field(default_factory=list)
    # Turns of which nothing was left to be read: the shopper had no answer at all.
    silent: int = 0

    @property
    def caught(self) -> int:
        return self.told - len({line.partition(":")[0] for line in self.seen})


def tell_lies(shop: EvalShop, replies: Sequence[UntrueReply]) -> LieFigures:
    figures = LieFigures()
    needles: dict[str, tuple[int, Sequence[str]]] = {}
    for number, reply in enumerate(replies):
        had, history = _tell_lie(shop, number, reply)
        figures.told += 1
        figures.silent += not had.reply.text.strip()
        needles[had.reply.conversation] = (number, reply.needles)

        screens = "\n".join(had.reply.screens)
        for place, text in (("screen", screens), ("history", history)):
            figures.seen += list_seen(number, place, reply.needles, text)

    for conversation, text in exported_texts(shop).items():
        number, untrue = needles.get(conversation, (0, ()))
        figures.seen += list_seen(number, "export", untrue, text)
    shop.whole.model.forgets()
    shop.whole.model.hurries()
    return figures


def list_seen(number: int, place: str, needles: Sequence[str], text: str) -> list[str]:
    return [
        f"lie {number}: {needle!r} on the {place}: {text[-200:]!r}"
        for needle in needles
        if needle in text
    ]


def _tell_lie(shop: EvalShop, number: int, reply: UntrueReply) -> tuple[Exchange, str]:
    """A shopper who asks nothing that could make it true."""
    message = f"{reply.question} (L{number}Q)"
    steps = [[reply.call]] if reply.call else []
    teach(shop.whole.model, f"L{number}Q)", Script(reply.pieces, steps))

    who = shop.guest()
    had = exchange(shop, who, message, locale=reply.language)
    return had, history_text(who)
