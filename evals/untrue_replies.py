"""Replies of a model that lies about the sample shop, drawn from a seed: the lies that the facts
guard is tested with, and those in untrue_claims.toml, each cut as a model may cut its words.
"""

import random
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from evals.spoken_steps import Call
from tests.assistant.guarded_replies import CUTS, Lie, by_word, lies

CLAIMS = Path(__file__).with_name("untrue_claims.toml")
HARD_LIES = Path(__file__).with_name("hard_lies.toml")
NEEDLE = re.compile(r"\|([^|]+)\|")
SEED = 20_261
# What a statement about the shop itself follows.
QUESTIONS: dict[str, Call | None] = {
    "echo": None,
    "returns": ("read_policies", {"question": "returns", "kind": "returns"}),
    "shipping": ("read_policies", {"question": "shipping cost", "kind": "shipping"}),
    "lamp": ("get_product", {"handle": "beacon-lamp"}),
    "mug": ("search_products", {"query": "mug", "limit": 1}),
    "order": ("check_order", {"number": "1005", "email": "sam.reed@example.com"}),
}
# None of these has the values of the general lies in it.
OTHERS: Sequence[Call | None] = (
    None,
    ("get_product", {"handle": "beacon-lamp"}),
    ("search_products", {"query": "pier stool", "limit": 1}),
)
# How many of a hundred are about the shop itself.
OWN_SHARE = 30
ARROW = " => "
EMOJI = ("", "🎉 ", "👉🏽 ", "\n\n- ", "> ")


@dataclass(frozen=True)
class UntrueReply:
    """`needles` are untrue as they stand in the words; `call` comes before the words, `question` is
    what the shopper asks.
    """

    language: str
    pieces: Sequence[str]
    needles: Sequence[str]
    call: Call | None
    question: str = "Please tell me more."


def draw_replies(number: int, seed: int = SEED) -> list[UntrueReply]:
    """The same ones for the same seed."""
    chooser = random.Random(seed)
    own = number * OWN_SHARE // 100
    general = chooser.sample(lies(), number - own)

    replies = [_general_reply(chooser, lie) for lie in general]
    claims = chooser.choices(list_claims(), k=own)
    replies += [_own_reply(chooser, *claim) for claim in claims]
    chooser.shuffle(replies)
    return replies


@cache
def list_claims() -> list[tuple[str, str, str]]:
    """Language, question and text of each."""
    return list(_read_claims())


def read_hard_lies() -> list[UntrueReply]:
    """Those in hard_lies.toml, after a tool that told of a lamp and of nothing else."""
    told = tomllib.loads(HARD_LIES.read_text("utf-8"))
    lamp = QUESTIONS["lamp"]
    pairs = [(language, text) for language in told for text in told[language]]
    return [
        UntrueReply(language, by_word(text), [text], lamp) for language, text in pairs
    ]


def _read_claims() -> Iterator[tuple[str, str, str]]:
    told = tomllib.loads(CLAIMS.read_text("utf-8"))
    for language, questions in told.items():
        for question, texts in questions.items():
            for text in texts:
                yield language, question, text


def _general_reply(chooser: random.Random, lie: Lie) -> UntrueReply:
    pieces = _cut(chooser, lie.reply)
    return UntrueReply(lie.language, pieces, [lie.needle], chooser.choice(OTHERS))


def _own_reply(
    chooser: random.Random, language: str, question: str, text: str
) -> UntrueReply:
    asked, _, claim = text.rpartition(ARROW)
    said = chooser.choice(EMOJI) + claim.replace("|", "")
    pieces = _cut(chooser, said)
    needles = NEEDLE.findall(claim)

    call = QUESTIONS[question]
    message = asked or UntrueReply.question
    return UntrueReply(language, pieces, needles, call, message)


def _cut(chooser: random.Random, text: str) -> list[str]:
    cut: Callable[[str], list[str]] = chooser.choice(CUTS)
    return cut(text)
