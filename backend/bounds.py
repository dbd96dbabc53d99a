"""What the columns of both databases can hold: asked at the rim, of whatever comes from outside."""

# Of an Integer and of a BigInteger column.
MOST_INTEGER = 2**31 - 1
MOST_BIG_INTEGER = 2**63 - 1


def is_storable(text: str) -> bool:
    """PostgreSQL keeps no NUL, and neither database half of a surrogate pair."""
    return "\x00" not in text and not any(
        "\ud800" <= character <= "\udfff" for character in text
    )


def read_number(text: str, most: int) -> int | None:
    """A whole number from 0 to `most` in plain digits; None for anything else, also for digits by
    the thousand.
    """
    if not text.isascii() or not text.isdigit() or len(text) > len(str(most)):
        return None
    number = int(text)
    return number if number <= most else None
