"""Passwords in what people write, known by the word "password" beside them: whatever stands behind
a colon, else what looks like one.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import regex

from backend.chat.secret_words import HIDDEN, compile_pattern, plain, words_in

LEAST_CHARACTERS = 4
NO_PASSWORDS = frozenset(plain(word) for _, word in words_in("no_password"))

# A word as it is written between spaces, or all that stands in quotation marks.
BARE = r"[^\s\p{Han}\p{Hiragana}\p{Katakana}「」『』（）、。]++"
QUOTED = r"""["'“”„«‹「『](?P<quoted>[^"'“”„«»‹›「」『』\n]{1,64})["'”“»›」』]"""
WORD = rf"(?:{QUOTED}|(?P<bare>{BARE}))"
SIGN = r"\s{0,3}(?:[:：=＝→]|[-=]>)\s{0,3}"
# "my password for ana@example.com is": what a password is for.
PURPOSE = r"(?:\s{1,3}(?:[^\s@]{1,40}@[^\s@]{1,40}|\p{L}[\p{L}\p{M}'’]{0,15})){0,4}"
TOWARDS = r"(?:to|auf|zu|a|à|en|को|ആയി|إلى|الى)(?![\p{L}\p{M}])"
LAST_VERB = r"(?=\s{0,2}(?:है|hai|ആണ്|ആണു|aanu|です|だ)(?![\p{L}\p{M}]))"

NAME, SHORT_NAME = "password", "short_password"
VERB = r"%(name)s(?:\s{1,3}%(beside)s){0,3}\s{0,3}%(verb)s[\s:：]{0,3}"

NAMES = tuple(compile_pattern("%(name)s", section) for section in (NAME, SHORT_NAME))
BEHIND_SIGN = compile_pattern(rf"%(name)s{SIGN}{WORD}", NAME)
BEHIND_SHORT = compile_pattern(rf"%(name)s{SIGN}{WORD}", SHORT_NAME)
BEHIND_VERB = compile_pattern(rf"{VERB}{WORD}", NAME)
BEHIND_PURPOSE = compile_pattern(
    rf"%(name)s{PURPOSE}\s{{1,3}}(?:%(verb)s|{TOWARDS})[\s:：]{{1,3}}{WORD}", NAME
)
BEHIND_NAME = compile_pattern(rf"%(name)s\s{{1,3}}(?:[-–—]\s{{1,3}})?{WORD}", NAME)
BEFORE_VERB = compile_pattern(
    rf"%(name)s\s{{1,3}}(?P<bare>[!-~]{{3,64}}+){LAST_VERB}", NAME
)
BEFORE_NAME = compile_pattern(
    r"(?<!\S)(?P<bare>[^\s]{4,64}+)\s{1,3}%(verb)s(?:\s{1,3}%(beside)s){0,3}\s{1,3}%(name)s",
    NAME,
)

# Behind a word that ends what is said of the password.
CLAUSE_END = regex.compile(
    r"\s{0,3}(?:\Z|[.,;:!?…।。、،؟()（）\n–—]|(?:and|but|und|aber|y|pero|et|mais|और|و|です|だ)"
    r"(?![\p{L}\p{M}]))"
)
AT_END = ".,;:?…।。)]}»”'\"،؟"
# Addresses, "2-step", "8-character".
ORDINARY = regex.compile(
    r"\S+@\S+\.\p{L}{2,}|(?:https?:|www\.)\S*|\d{1,2}-\p{L}+|[\p{L}\p{M}'’\-/]+|\p{P}+"
)
SPECIAL = regex.compile(r"[\d!@#$%^&*_+=~|\\]")


def mask_passwords(text: str) -> str:
    """The same with •••• in place of each password that is named as one."""
    # Most messages have no such word.
    if not any(names.search(text) for names in NAMES):
        return text

    for pattern, is_password in RULES:
        text = pattern.sub(partial(_hide, is_password), text)
    return text


def _is_no_stop(match: regex.Match[str]) -> bool:
    return plain(_word_of(match)) not in NO_PASSWORDS


def _looks_secret(match: regex.Match[str]) -> bool:
    word = _word_of(match)
    return _is_mixed(match) or (word.isdecimal() and len(word) >= LEAST_CHARACTERS)


def _is_mixed(match: regex.Match[str]) -> bool:
    """Letters with digits or signs among them, which ordinary words do not have."""
    word = _word_of(match)
    if len(word) < LEAST_CHARACTERS or ORDINARY.fullmatch(word):
        return False
    return SPECIAL.search(word) is not None and not word.isdecimal()


def _ends_clause(match: regex.Match[str]) -> bool:
    """ "It is swordfish.", and not: "It is swordfish that I like"."""
    if _looks_secret(match):
        return True
    if not _is_no_stop(match):
        return False
    return match[0][-1] in AT_END or bool(CLAUSE_END.match(match.string, match.end()))


RULES: tuple[tuple[Any, Callable[[regex.Match[str]], bool]], ...] = (
    (BEHIND_SIGN, _is_no_stop),
    (BEHIND_SHORT, _looks_secret),
    (BEHIND_VERB, _ends_clause),
    (BEHIND_PURPOSE, _is_mixed),
    (BEHIND_NAME, _looks_secret),
    (BEFORE_VERB, _is_no_stop),
    (BEFORE_NAME, _is_mixed),
)


def _hide(
    is_password: Callable[[regex.Match[str]], bool], match: regex.Match[str]
) -> str:
    word = _word_of(match)
    if not word or not is_password(match):
        return match[0]

    start = match.start(_group_of(match)) - match.start()
    end = start + len(word)
    return f"{match[0][:start]}{HIDDEN}{match[0][end:]}"


def _word_of(match: regex.Match[str]) -> str:
    """Without what ends a sentence."""
    return match[_group_of(match)].rstrip(AT_END)


def _group_of(match: regex.Match[str]) -> str:
    return "quoted" if match.groupdict().get("quoted") else "bare"
