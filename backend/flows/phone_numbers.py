"""Phone numbers: found in what somebody wrote, checked by the plan of their country, and masked."""

from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers
import regex
from phonenumbers import NumberParseException, PhoneNumber, ValidationResult

from backend.flows.answers import InvalidAnswer
from backend.flows.plain_words import plain

FIELD = "phone"
# Digits with what people put between them; not behind a letter, as part numbers are, or a sign.
# What is written without blanks may stand before them.
WRITTEN = regex.compile(
    r"(?<![\p{Latin}\p{N}#@._])"
    r"(?:[+(]{1,2}\s?)?\d[\d\t ().\-/\u2010-\u2015\u2212·]*"
    r"(?<=[\d)])"
)
EXTENSION = regex.compile(
    r"\s*[,;]?\s*(?:ext(?:ension)?\b\.?|durchwahl\b|dw\b|poste\b|anexo\b|int\b\.?|x)\s*\d{1,6}\b",
    regex.IGNORECASE,
)
INTERNATIONAL = "00"
# The least that anybody would call a number of their own; fewer stand for a year or a quantity.
FEWEST_DIGITS = 7
# No plan has more, and none of those that are dialled from abroad fewer.
MOST_DIGITS = 15
DIGITS_SHOWN = 3
# Kept for stories and trials by those who give out numbers, but in no plan.
FOR_STORIES = regex.compile(
    r"\+447700900\d{3}|\+3363998\d{4}|\+4917604069\d{2,3}|\+4915(?:228817386|228895456)"
)
REASONS = {
    ValidationResult.TOO_SHORT: "phone_short",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "phone_short",
    ValidationResult.TOO_LONG: "phone_long",
    ValidationResult.INVALID_COUNTRY_CODE: "phone_country",
}


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """Where it stands in a plain text, with its extension, and what there is to dial."""

    start: int
    end: int
    digits: str


def read_phone(
    text: str,
    country: str | None,
) -> str:
    """In E.164: an extension is left out. `country` is whose national spelling is understood.
    Raises InvalidAnswer.
    """
    numbers = list(written_numbers(plain(text)))
    if not numbers:
        raise InvalidAnswer(FIELD, "phone_missing")

    whole = [each for each in numbers if len(_bare(each.digits)) >= FEWEST_DIGITS]
    meant = (
        whole[0]
        if whole
        else max(
            numbers,
            key=_size,
        )
    )
    return read_digits(meant.digits, country)


def read_digits(
    digits: str,
    country: str | None,
) -> str:
    """One number, as it is written, in E.164. Raises InvalidAnswer."""
    bare = _bare(digits)
    if len(bare) < FEWEST_DIGITS:
        raise InvalidAnswer(FIELD, "phone_short")
    if len(bare.removeprefix(INTERNATIONAL)) > MOST_DIGITS:
        raise InvalidAnswer(FIELD, "phone_long")
    if len(set(bare)) == 1:
        raise InvalidAnswer(FIELD, "phone_invalid")

    problem = InvalidAnswer(FIELD, "phone_country")
    for spelling in _spellings(digits, bare):
        try:
            return _checked(spelling, country)
        except InvalidAnswer as invalid:
            problem = invalid
    raise problem


def written_numbers(text: str) -> Iterator[WrittenNumber]:
    """Of a plain text, from the left, however many digits they have."""
    for found in WRITTEN.finditer(text):
        extension = EXTENSION.match(
            text,
            found.end(),
        )
        end = extension.end() if extension else found.end()
        for digits in _several(found[0]):
            yield WrittenNumber(
                found.start(),
                end,
                digits,
            )


def _several(digits: str) -> list[str]:
    """A stroke stands in one number, or between two."""
    if len(_bare(digits)) <= MOST_DIGITS:
        return [digits]
    return digits.split("/")


def mask_phone(phone: str) -> str:
    return f"••• {phone[-DIGITS_SHOWN:]}" if phone else ""


def _bare(digits: str) -> str:
    return "".join(
        filter(
            str.isdecimal,
            digits,
        )
    )


def _size(number: WrittenNumber) -> int:
    return len(_bare(number.digits))


def _spellings(
    digits: str,
    bare: str,
) -> Iterator[str]:
    """What counts is the last: two zeros mean the same everywhere, but not before what the
    country itself dials abroad.
    """
    is_international = bare.startswith(INTERNATIONAL) and "+" not in digits
    yield digits
    if is_international:
        yield f"+{bare.removeprefix(INTERNATIONAL)}"


def _checked(
    digits: str,
    country: str | None,
) -> str:
    number = _parsed(digits, country)
    written = phonenumbers.format_number(
        number,
        phonenumbers.PhoneNumberFormat.E164,
    )
    if FOR_STORIES.fullmatch(written):
        return written
    if phonenumbers.is_valid_number(number) and not _is_one_digit(number):
        return written

    if "+" not in digits and _is_foreign(digits, country):
        raise InvalidAnswer(FIELD, "phone_country")
    reason = phonenumbers.is_possible_number_with_reason(number)
    raise InvalidAnswer(
        FIELD,
        REASONS.get(reason, "phone_invalid"),
    )


def _parsed(
    digits: str,
    country: str | None,
) -> PhoneNumber:
    region = (country or "").upper() or None
    try:
        return phonenumbers.parse(digits, region)
    except NumberParseException as refused:
        is_country = refused.error_type == NumberParseException.INVALID_COUNTRY_CODE
        code = "phone_country" if is_country else "phone_invalid"
        raise InvalidAnswer(FIELD, code) from None


def _is_one_digit(number: PhoneNumber) -> bool:
    """Such as nines only: some plans allow it, and nobody has it."""
    return len(set(str(number.national_number))) == 1


def _is_foreign(
    digits: str,
    country: str | None,
) -> bool:
    """Whether it begins as numbers of other countries do."""
    prefix = phonenumbers.ndd_prefix_for_region(country or "", True)
    return _bare(digits).startswith("0") and prefix != "0"
