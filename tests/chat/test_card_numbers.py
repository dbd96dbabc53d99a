"""Card numbers are known by issuer, length and check digit, however they are grouped and in
whatever digits; numbers that only look like them stay.
"""

from random import Random

import pytest

from backend.chat.card_numbers import ISSUERS, mask_cards

# The zeros of scripts with digits of their own.
ZEROS = "0٠۰०০൦๐０"
VISA = "4242424242424242"


def with_check_digit(digits: str) -> str:
    """Luhn's, counted in another way than the code does: by tables of a step."""
    steps = (range(10), (0, 2, 4, 6, 8, 1, 3, 5, 7, 9))
    total = sum(
        steps[(place + 1) % 2][int(digit)]
        for place, digit in enumerate(reversed(digits))
    )
    return f"{digits}{-total % 10}"


def drawn_card(random: Random) -> str:
    issuer = random.choice([row for row in ISSUERS if 13 not in row.lengths])
    beginning = str(random.choice(issuer.beginnings))
    rest = random.choice(issuer.lengths) - len(beginning) - 1
    return with_check_digit(beginning + "".join(random.choices("0123456789", k=rest)))


def grouped(random: Random, digits: str) -> str:
    """In pieces of up to so many digits, or whole."""
    size = random.choice([4, 5, 8, len(digits)])
    sign = random.choice([" ", "-", "\u00a0", "–", " - "])
    return sign.join(digits[at : at + size] for at in range(0, len(digits), size))


def in_script(zero: str, digits: str) -> str:
    return digits.translate({48 + digit: ord(zero) + digit for digit in range(10)})


def test_a_card_of_any_issuer_is_hidden_in_any_grouping_and_script() -> None:
    random = Random(4242)

    for _ in range(1_000):
        card, zero = drawn_card(random), random.choice(ZEROS)
        written = in_script(zero, grouped(random, card))

        expected = f"It is •••• {in_script(zero, card[-4:])}, yes"
        assert mask_cards(f"It is {written}, yes") == expected, written


def test_a_number_with_another_check_digit_stays() -> None:
    random = Random(2424)

    for _ in range(1_000):
        card = drawn_card(random)
        wrong = card[:-1] + str((int(card[-1]) + random.randint(1, 9)) % 10)
        assert mask_cards(f"card {wrong}") == f"card {wrong}"


@pytest.mark.parametrize(
    "number",
    [
        f"{VISA}4242",
        f"42{VISA}42",
        "4242 4242 4242 4242 4242",
        "1234 4242 4242 4242 4242",
        "4242-4242-4242-4242-4242-4242",
    ],
)
def test_a_part_of_a_longer_number_is_no_card(number: str) -> None:
    assert mask_cards(number) == number


@pytest.mark.parametrize(
    ("behind", "masked"),
    [
        (" 123", " 123"),
        (" 12/27", " 12/27"),
        (" 12/27 123", " 12/27 •••"),
        (", exp 12/2027, 1234", ", exp 12/2027, •••"),
        (" 1227 123", " 1227 •••"),
        (" 12/27 12345", " 12/27 12345"),
    ],
)
def test_a_security_code_behind_an_expiry_date_goes_with_the_card(
    behind: str, masked: str
) -> None:
    assert mask_cards(f"{VISA}{behind}") == f"•••• 4242{masked}"


@pytest.mark.parametrize(
    "number",
    [
        "356938035643809",  # a telephone's own number has the same check digit
        "89014103211118510720",  # a SIM card's too
        "1234567812345670",
        "4006381333931",  # 4006381333931 is an EAN
        "+4242424242424242",
        "https://tide.example/?variant=4242424242424242",
        "22.04.2024 - 29.04.2024",
        "DE89 3704 0044 0532 0130 00",
        "GB82 WEST 1234 5698 7654 32",
        "FR14 2004 1010 0505 0001 3M02 606",
    ],
)
def test_other_numbers_with_check_digits_stay(number: str) -> None:
    assert mask_cards(f"Is it {number} then?") == f"Is it {number} then?"


def test_a_card_that_is_named_needs_no_known_issuer() -> None:
    assert mask_cards("1234567812345670") == "1234567812345670"
    assert mask_cards("my card is 1234567812345670") == "my card is •••• 5670"


def test_a_number_that_is_named_as_another_stays_unless_it_is_printed_as_cards_are() -> (
    None
):
    assert mask_cards(f"order number: {VISA}") == f"order number: {VISA}"
    assert mask_cards("order: 4242 4242 4242 4242") == "order: •••• 4242"


def test_an_account_number_beside_a_card_does_not_save_it() -> None:
    said = f"from DE89 3704 0044 0532 0130 00 or {VISA}"

    assert mask_cards(said) == "from DE89 3704 0044 0532 0130 00 or •••• 4242"
