"""What an honest and a lying model say in the samples, and what readers see while a reply grows."""

import random
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from backend.ai.provider import TakeBack
from backend.assistant.facts import Facts
from backend.assistant.facts_guard import FactsGuard

FOLDER = Path(__file__).parent
DIGITS = "0123456789"
CODES = ("FLASH77", "WINTERSALE", "Sp4rF1x")
LINKS = (
    "https://evil.example/deal",
    "[here](https://evil.example/x)",
    "[Lamp](/products/aurora)",
    "www.evil-shop.com",
    "[x](//evil.example)",
    "evil-shop.com",
    "sales@evil.example",
)
TABLE = "| Name | Price |\n|---|---|\n| Lamp | {n} |\n\n"


@dataclass(frozen=True)
class Lie:
    """`needle` is the untrue part as it is written: no reader may ever see it."""

    language: str
    before: str
    text: str
    after: str
    needle: str

    @property
    def reply(self) -> str:
        return self.before + self.text + self.after


@cache
def honest_samples() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "honest_sentences.toml").read_text())


@cache
def untrue_samples() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "untrue_replies.toml").read_text())


def sample_facts() -> Facts:
    told = honest_samples()["facts"]
    facts = Facts(told["hosts"])
    for result in told["tools"]:
        facts.add_tool_result(result)
    for policy in told["policies"]:
        facts.add_text(policy)
    for message in told["shopper"]:
        facts.add_shopper_text(message)
    return facts


def list_honest() -> Iterator[tuple[str, str]]:
    for language, sentences in honest_samples()["sentences"].items():
        for sentence in sentences:
            yield language, sentence


def screens_of(guard: FactsGuard, pieces: Sequence[str]) -> Iterator[str]:
    """What stands on the screen after each step."""
    screen = ""
    yield screen
    for steps in (*map(guard.feed, pieces), guard.finish()):
        for step in steps:
            screen = "" if isinstance(step, TakeBack) else screen + step
            yield screen


def last_screen(guard: FactsGuard, pieces: Sequence[str]) -> str:
    return list(screens_of(guard, pieces))[-1]


def whole(text: str) -> list[str]:
    return [text]


def by_word(text: str) -> list[str]:
    return re.findall(r"\s*\S+|\s+\Z", text)


def by_three(text: str) -> list[str]:
    return [text[place : place + 3] for place in range(0, len(text), 3)]


def at_random(text: str) -> list[str]:
    chooser = random.Random(len(text))
    pieces = []
    while text:
        length = chooser.choice((1, 2, 5, 12))
        pieces.append(text[:length])
        text = text[length:]
    return pieces


CUTS: tuple[Callable[[str], list[str]], ...] = (
    whole,
    list,
    by_word,
    by_three,
    at_random,
)


def _script(zero: str) -> Callable[[str], str]:
    digits = "".join(chr(ord(zero) + number) for number in range(10))
    return lambda number: number.translate(str.maketrans(DIGITS, digits))


def _one_by_one(digits: str) -> Callable[[str], str]:
    return lambda number: number.translate(str.maketrans(DIGITS, digits))


WAYS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "arabic": _script("٠"),
    "persian": _script("۰"),
    "devanagari": _script("०"),
    "malayalam": _script("൦"),
    "full width": _script("０"),
    "mathematical": _script("𝟎"),
    "segments": _script("🯰"),
    "enclosed": _one_by_one("⓪①②③④⑤⑥⑦⑧⑨"),
    "dark": _one_by_one("⓿❶❷❸❹❺❻❼❽❾"),
    "raised": _one_by_one("⁰¹²³⁴⁵⁶⁷⁸⁹"),
    "keys": lambda number: "".join(f"{digit}\ufe0f\u20e3" for digit in number),
    "invisible": lambda number: "\u200b".join(number),
    "half bold": lambda number: f"**{number[0]}**{number[1:]}",
    "tagged": lambda number: f"{number[0]}<b></b>{number[1:]}",
    "entity": lambda number: f"{number[:-1]}&#{ord(number[-1])};",
    "code": lambda number: f"`{number}`",
    "underlined": lambda number: f"__{number}__",
    "struck": lambda number: f"~~{number}~~",
}
# More ways to write an amount.
AMOUNTS: dict[str, Callable[[str], str]] = {
    "cents": lambda number: f"{number}.00",
    "comma": lambda number: f"{number},00",
    "thousand": lambda number: f"{number}.499,00",
    "thousand, English": lambda number: f"{number},499.00",
    "thousand, Swiss": lambda number: f"{number}’499",
    "lakh": lambda number: f"1,{number},499",
    "spaced": lambda number: f"{number} 499",
}


@cache
def lies() -> tuple[Lie, ...]:
    samples = untrue_samples()
    return tuple(
        Lie(language, told["before"], text, told["after"], needle)
        for language, told in samples.items()
        if language != "values"
        for text, needle in _lies_of(told, samples["values"])
    )


def _lies_of(told: dict[str, Any], values: dict[str, str]) -> Iterator[tuple[str, str]]:
    yield from _amounts_of(told, values["money"])
    for kind in ("percent", "days", "count"):
        yield from _figures_of(told, kind, values[kind])
    yield from _words_of(told)
    yield from _codes_of(told)
    for claim in told["claims"]:
        yield claim.replace("|", ""), claim.split("|")[1]


def _amounts_of(told: dict[str, Any], value: str) -> Iterator[tuple[str, str]]:
    first, _, named, other = told["currency"]
    for template in told["money"]:
        for write in (WAYS | AMOUNTS).values():
            for currency in (first, named):
                written = write(value)
                yield template.format(n=written, c=currency), written
        for currency in (*told["currency"], other):
            yield template.format(n=value, c=currency), value
        yield template.format(n=f"€ {value}", c=""), value
        yield template.format(n=f"[{value}", c="€](/cart)"), value
    yield TABLE.format(n=value), value
    yield TABLE.format(n=f"{value} €"), value
    yield f"\n\n## {value} €\n\n", value


def _figures_of(
    told: dict[str, Any], kind: str, value: str
) -> Iterator[tuple[str, str]]:
    for template in told[kind]:
        for write in WAYS.values():
            written = write(value)
            yield template.format(n=written), written


def _words_of(told: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for kind, word in told["words"].items():
        for template in told[kind]:
            for currency in told["currency"]:
                yield template.format(n=word, c=currency), word


def _codes_of(told: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for template in told["code"]:
        for code in CODES:
            yield template.format(k=code), code
    for link in LINKS:
        yield f"{link} \n", link
