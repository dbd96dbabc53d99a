"""Secrets that are known by their name alone: security codes of cards, codes that are good for
once, and PINs.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

import regex

from backend.chat.secret_words import HIDDEN, compile_pattern

# What may stand between a name and its secret, besides a few words.
BETWEEN = r"""[\s:：=＝#*"'“”„«»‹›()（）\[\]「」『』\-–—>→،,、\p{Cf}]"""
FORWARD = rf"%(name)s(?:{BETWEEN}|%(verb)s|%(beside)s){{0,12}}+%(digits)s"
# Behind the secret a verb has to say that it is one: "482913 is my code". Some languages end with
# their verb.
LAST_VERB = r"(?=\s?(?:है|हैं|hai|he|ആണ്|ആണു|aanu|anu|です|だ)\s*(?:\Z|[.!।。,،\n]))"
# Mostly a company's name: "482913 is your Flux verification code".
STRANGE = r"(?P<strange>(?:\s{1,2}\p{L}[\p{L}\p{M}\d.&'’\-]{0,20}){0,2}?)"
BACKWARD = (
    r"""(?<!\d[ \-])%(digits)s["'”»」]?+(?:"""
    rf"\s{{0,2}}%(verb)s(?:\s{{0,2}}%(beside)s){{0,3}}{STRANGE}\s{{0,2}}%(name)s"
    rf"|(?:\s{{0,2}}%(beside)s){{0,3}}\s{{0,2}}%(name)s{LAST_VERB}"
    r"|\s?[(（\[]\s?%(name)s\s?[)）\]])"
)

# A number that is money, or goes on, is none.
NO_END = r"(?!\d|[.,]\d|\s?(?:[%%€$£₹¥円]|(?:eur|usd|inr|rs|gbp|aed|sar)\b))"
NO_BEGINNING = r"(?<![\d€$£₹¥]|\d[.,])"
GROUPED = r"\d{2,4}(?:[ \-]\d{2,4}){1,2}"
CODE_DIGITS = rf"(?:[A-Z]{{1,3}}-)?(?:{GROUPED}|\d(?:[ \-]\d){{3,7}}|\d{{4,8}})"
CARD_DIGITS = r"(?:\d(?:[ \-]\d){2,3}|\d{3,4})"
PIN_DIGITS = r"(?:\d(?: \d){3}|\d{4})"

# In German a name, in English a color.
TAN = r"(?<!\p{L})(?-i:TAN)(?!\p{L})"

SENTENCES = regex.compile(r"(?:[^.!?؟।。\n]|\.(?=\d))*+[.!?؟।。\n]*+")
# How far before a name another one is looked for.
BEFORE_CHARACTERS = 24
OTHER_CODE = compile_pattern("%(other_code)s")
OTHER_CODE_BEFORE = compile_pattern(r"%(other_code)s[\s:\-–]{0,3}\Z")


@dataclass(frozen=True, slots=True)
class Numbers:
    """So many digits, with their name before or behind them. Most messages have no such name."""

    name: Any
    patterns: tuple[Any, Any]
    lengths: range


def _numbers(
    section: str, digits: str, lengths: range, name: str = "%(name)s"
) -> Numbers:
    secret = rf"{NO_BEGINNING}(?P<secret>(?>{digits})){NO_END}"
    forward, backward = (
        compile_pattern(
            way.replace("%(name)s", name).replace("%(digits)s", secret), section
        )
        for way in (FORWARD, BACKWARD)
    )
    named = compile_pattern(name, section)
    return Numbers(named, (forward, backward), lengths)


NUMBERS = (
    _numbers("security_code", CARD_DIGITS, range(3, 5)),
    _numbers("one_time_code", CODE_DIGITS, range(4, 9), rf"(?:%(name)s|{TAN})"),
    _numbers("pin", PIN_DIGITS, range(4, 5)),
)
# Where nothing in the sentence says that it is a code of another kind.
VAGUE_NUMBERS = _numbers("any_code", CODE_DIGITS, range(4, 9))


def mask_codes(text: str) -> str:
    """The same with •••• in place of each number that is named as a secret."""
    for numbers in NUMBERS:
        text = _mask(numbers, text)
    if not VAGUE_NUMBERS.name.search(text):
        return text
    return "".join(map(_mask_vague, SENTENCES.findall(text)))


def _mask_vague(sentence: str) -> str:
    if OTHER_CODE.search(sentence):
        return sentence
    return _mask(VAGUE_NUMBERS, sentence)


def _mask(numbers: Numbers, text: str) -> str:
    if not numbers.name.search(text):
        return text

    hide = partial(_hide, numbers)
    for pattern in numbers.patterns:
        text = pattern.sub(hide, text)
    return text


def _hide(numbers: Numbers, match: regex.Match[str]) -> str:
    length = sum(character.isdecimal() for character in match["secret"])
    if length not in numbers.lengths or _is_other(match):
        return match[0]

    start, end = match.span("secret")
    before = match.string[match.start() : start]
    behind = match.string[end : match.end()]
    return f"{before}{HIDDEN}{behind}"


def _is_other(match: regex.Match[str]) -> bool:
    """Whether it is said to be of a discount, an order, a door …"""
    start = match.start()
    before = match.string[max(0, start - BEFORE_CHARACTERS) : start]
    strange = match.groupdict().get("strange") or ""
    return bool(OTHER_CODE_BEFORE.search(before) or OTHER_CODE.search(strange))
