"""The number of an order and an e-mail address, as shoppers write them into a message."""

import regex

from backend.assistant.cues import Intent, find_cues
from backend.assistant.message_words import MOST_CHARACTERS, Message, read_message
from backend.catalog.folding import fold

EMAIL = regex.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
LONGEST_EMAIL = 254
# As shops name their orders: `#1042`, `#EU-1042`.
HASHED = regex.compile(r"[#＃]\s?([\p{L}\p{N}][\p{L}\p{N}._/-]{0,38})")
FIGURES = regex.compile(r"\d{3,10}")
# How many words may stand between `order` and its number.
REACH = 3
# A number that stands with an address is an order's, with so many words at most: "It's 1042, …".
MOST_WITH_EMAIL = 4


def find_email(text: str) -> str | None:
    found = EMAIL.search(text[:MOST_CHARACTERS])
    return found[0].lower() if found and len(found[0]) <= LONGEST_EMAIL else None


def without_email(text: str) -> str:
    return EMAIL.sub(" ", text[:MOST_CHARACTERS])


def is_only_order(text: str) -> bool:
    """Whether there are no words but those of an order's number and an address."""
    rest = HASHED.sub(" ", without_email(text))
    return not any(map(str.isalpha, rest))


def find_number(
    text: str,
    language: str,
) -> str | None:
    """A number behind `#`, near words of an order, or alone; without the `#`."""
    most = 1 if find_email(text) is None else MOST_WITH_EMAIL
    text = without_email(text)
    for found in HASHED.finditer(text):
        number = fold(found[1]).rstrip("._/-")
        if any(map(str.isdigit, number)):
            return number

    message = read_message(text)
    places = [at for at, word in enumerate(message.words) if word.is_number]
    near = _near_order(message, places, language)
    return near or _almost_alone(message, places, most)


def _near_order(
    message: Message,
    places: list[int],
    language: str,
) -> str | None:
    words = message.words
    about = [
        match
        for match in find_cues(words, language)
        if match.meaning.intent is Intent.ORDER_STATUS
    ]

    for place in places:
        number = words[place].folded
        is_near = any(
            match.start - REACH <= place <= match.end + REACH for match in about
        )
        if FIGURES.fullmatch(number) and is_near:
            return number
    return None


def _almost_alone(
    message: Message,
    places: list[int],
    most: int,
) -> str | None:
    """The only number among so many words at most."""
    if len(places) != 1 or len(message.words) > most:
        return None
    number = message.words[places[0]].folded
    return number if FIGURES.fullmatch(number) else None
