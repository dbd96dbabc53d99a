"""The rules assistant: answers without a model, by recognising what is asked, calling the same
tools, and wording what they found from templates.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from backend.ai.provider import (
    ChatMessage,
    Finish,
    Piece,
    ToolDescription,
    Usage,
)
from backend.assistant import aspects, intents, rule_replies
from backend.assistant.intents import Intent, Request
from backend.assistant.message_language import known_language
from backend.assistant.rule_orders import tell_order
from backend.assistant.rule_policies import tell_policy
from backend.assistant.rule_products import (
    search,
    show_more,
    show_picked,
    show_price,
    tell_detail,
)
from backend.assistant.rule_replies import has_offer
from backend.assistant.rule_team import answer_complaint, ask_person, begin_flow
from backend.assistant.rule_turn import Answer, Asker, Turn, read_turn
from backend.shops.settings import Settings

NO_TOKENS = Usage(0, 0)
SENTENCES = {
    Intent.GREETING: "greeting",
    Intent.THANKS: "thanks",
    Intent.GOODBYE: "goodbye",
    Intent.HELP: "help",
    Intent.YES: "go_on",
    Intent.NO: "go_on",
}


def _say_honestly(turn: Turn) -> Answer:
    """That it was not understood, and who may understand it."""
    yield from turn.give_up("not_understood")


ANSWERS: Mapping[Intent, Callable[[Turn], Answer]] = {
    Intent.PRODUCT_SEARCH: search,
    Intent.PRODUCT_DETAIL: tell_detail,
    Intent.PRICE: show_price,
    Intent.MORE: show_more,
    Intent.PICK: show_picked,
    Intent.SHIPPING: tell_policy,
    Intent.RETURNS: tell_policy,
    Intent.PAYMENT: tell_policy,
    Intent.DISCOUNT: tell_policy,
    Intent.WARRANTY: tell_policy,
    Intent.STORE: tell_policy,
    Intent.ORDER_STATUS: tell_order,
    Intent.PERSON: ask_person,
    Intent.COMPLAINT: answer_complaint,
    Intent.BULK_ORDER: begin_flow,
    Intent.CALLBACK: begin_flow,
    Intent.NONSENSE: _say_honestly,
}


class RulesAssistant:
    """A Provider for one turn. `reason` says why no model answers; None when the shop works
    without one by choice.
    """

    def __init__(
        self,
        locale: str | None,
        page: Mapping[str, Any] | None,
        settings: Settings,
        reason: str | None,
    ) -> None:
        self._asker = Asker(locale, page or {}, settings)
        self._reason = reason

    def stream(
        self,
        messages: Sequence[ChatMessage],
        tools: Sequence[ToolDescription],
        seconds: float,
    ) -> Generator[Piece, None, None]:
        """One step: words, or calls of offered tools, or both. Costs nothing."""
        offered = [tool.name for tool in tools]
        turn = _understood(read_turn(messages, offered, self._asker))

        if self._reason is not None and turn.is_first:
            yield f"{turn.say('why_brief')}\n\n"
        yield from _answer(turn)
        yield NO_TOKENS
        yield Finish()

    def close(self) -> None:
        """Nothing is open."""


def warm_up() -> None:
    """Read all words once, when a process starts."""
    intents.warm_up()
    aspects.warm_up()
    rule_replies.warm_up()


def _answer(turn: Turn) -> Answer:
    answer = ANSWERS.get(turn.request.intent)
    if answer is None:
        yield turn.say(SENTENCES[turn.request.intent])
    else:
        yield from answer(turn)


def _understood(turn: Turn) -> Turn:
    """What the message means after what was said before it, in a language of the shop's."""
    request = turn.request
    if request.intent is Intent.YES and has_offer(turn.last_reply):
        request = replace(request, intent=Intent.PERSON)
    return replace(turn, request=replace(request, language=_spoken(turn, request)))


def _spoken(
    turn: Turn,
    request: Request,
) -> str:
    """The shopper's language, unless the shop has others only."""
    known = map(known_language, turn.asker.settings.languages)
    languages = [language for language in known if language]
    if not languages or request.language in languages:
        return request.language
    return languages[0]
