"""What shoppers of the sample shop ask the rules assistant, 60 questions in each language, and
whether a reply shows what was asked for: the right product, document, order or sentence.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from backend.assistant.rule_replies import say
from backend.dev.storefront.sample_shop import catalog
from tests.support.processes import ROOT

FOLDER = ROOT / "tests" / "assistant" / "rules_questions"
OF_DOCUMENTS = tomllib.loads((FOLDER / "answers.toml").read_text())
# How many of each there are in a language.
PER_KIND = {
    "product": 14,
    "price": 8,
    "shipping": 10,
    "returns": 8,
    "order": 6,
    "person": 5,
    "greeting": 4,
    "nonsense": 5,
}
NEEDS = ("order_needs_both", "order_needs_number", "order_needs_email")

Part = Mapping[str, Any]


@dataclass(frozen=True)
class Question:
    """`wanted` is what the file says that an answer shows; its form depends on the `kind`."""

    language: str
    number: int
    kind: str
    text: str
    wanted: Any

    @property
    def is_known(self) -> bool:
        """Whether it was looked at while the assistant was written; the others never were."""
        return self.number % 2 == 0


@dataclass(frozen=True)
class Reply:
    text: str
    parts: Sequence[Part] = ()
    seconds: float = 0.0

    def items_of(self, kind: str) -> list[Mapping[str, Any]]:
        return [
            item
            for part in self.parts
            if part["type"] == kind
            for item in part.get("items", ())
        ]

    def has(self, kind: str) -> bool:
        return any(part["type"] == kind for part in self.parts)


def read_questions(language: str) -> list[Question]:
    tables = tomllib.loads((FOLDER / f"{language}.toml").read_text())
    told = [
        (kind, text, wanted)
        for kind, listed in tables.items()
        for text, wanted in listed.items()
    ]
    return [Question(language, number, *each) for number, each in enumerate(told)]


def is_right(question: Question, reply: Reply) -> bool:
    return JUDGES[question.kind](question, reply)


def _shows_product(question: Question, reply: Reply) -> bool:
    wanted = question.wanted
    if isinstance(wanted, list):
        wanted = {"fits": wanted}
    cards = reply.items_of("products")
    if len(cards) < wanted.get("least", 1):
        return False

    fits = wanted.get("fits")
    if fits and not any(card["handle"] in fits for card in cards):
        return False
    return all(_is_allowed(card, wanted) for card in cards)


def _is_allowed(card: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """No more than was to be spent, and of the sort that was asked for."""
    is_dear = "under" in wanted and float(card["price"]["amount"]) > wanted["under"]
    product = catalog("en").find_product(card["handle"])
    is_other = "tag" in wanted and product and wanted["tag"] not in product["tags"]
    return not is_dear and not is_other


def _shows_price(question: Question, reply: Reply) -> bool:
    cards = reply.items_of("products")
    return bool(cards) and cards[0]["handle"] in question.wanted


def _quotes_document(question: Question, reply: Reply) -> bool:
    answer = OF_DOCUMENTS[question.wanted]
    shown = {urlsplit(item["url"]).path for item in reply.items_of("sources")}
    has_document = not shown.isdisjoint(answer["documents"])
    return has_document and any(words in reply.text for words in answer["says"])


def _tells_order(question: Question, reply: Reply) -> bool:
    if question.wanted != "ask":
        names = [part["name"] for part in reply.parts if part["type"] == "order"]
        return names == [question.wanted]
    return any(reply.text == say(name, question.language) for name in NEEDS)


def _calls_person(question: Question, reply: Reply) -> bool:
    return reply.has("person") and not reply.has("products")


def _is_plain(question: Question, reply: Reply) -> bool:
    return reply.text == say(question.wanted, question.language) and not reply.parts


def _is_honest(question: Question, reply: Reply) -> bool:
    """A person is offered, and nothing is shown as if it were the answer."""
    offer = say("offer", question.language)
    return reply.text.endswith(offer) and not reply.has("products")


JUDGES = {
    "product": _shows_product,
    "price": _shows_price,
    "shipping": _quotes_document,
    "returns": _quotes_document,
    "order": _tells_order,
    "person": _calls_person,
    "greeting": _is_plain,
    "nonsense": _is_honest,
}
