"""What a search compares: the words of a text in one form, and the numbers in it from their end."""

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from backend.catalog import folding
from backend.flows.phone_numbers import INTERNATIONAL, written_numbers
from backend.flows.plain_words import plain

# A sign that no word has, so that a number's key is never taken for one.
KEY = "#"
# The least that is looked for as a phone number; fewer digits are a word.
FEWEST_DIGITS = 6
MOST_CODE_DIGITS = 3


def search_text(text: str) -> str:
    """A blank before each word, so that a search knows where words begin."""
    said = [*folding.words(folding.fold(text)), *_number_keys(text)]
    return "".join(f" {each}" for each in said)


def _number_keys(text: str) -> list[str]:
    if sum(map(str.isdecimal, text)) < FEWEST_DIGITS:
        return []

    keys = [number_key(number.digits) for number in written_numbers(plain(text))]
    return [KEY + key for key in keys if len(key) >= FEWEST_DIGITS]


def number_key(written: str) -> str:
    """The digits from the last to the first, without what is dialled before them from elsewhere:
    however a number is written, one key is the beginning of the other.
    """
    digits = "".join(filter(str.isdecimal, written))

    if "+" in written or digits.startswith(INTERNATIONAL):
        digits = _without_country(digits.removeprefix(INTERNATIONAL))
    return digits.lstrip("0")[::-1]


def _without_country(digits: str) -> str:
    for length in range(1, MOST_CODE_DIGITS + 1):
        if digits[:length] and int(digits[:length]) in COUNTRY_CODE_TO_REGION_CODE:
            return digits[length:]
    return digits
