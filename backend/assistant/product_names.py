"""What looks like a product's name: a few words with capitals, in Latin letters."""

import regex

WORD = regex.compile(r"[\p{Latin}][\p{Latin}\p{M}'’-]*")
LATIN_ONLY = regex.compile(r"[\p{Latin}\p{M}\p{N}\s'’&.,–-]+")
# Behind these it is a heading or a sentence.
ENDS = (":", "!", "?", ".")
FEWEST_WORDS, MOST_WORDS = 2, 8
# Shorter words may have no capital: Lamp of the Sea.
SHORTEST = 4


def words_of_name(label: str) -> list[str]:
    """The words that make up a name; none when it does not look like one."""
    label = label.strip()
    is_latin = LATIN_ONLY.fullmatch(label)
    if not is_latin or label.endswith(ENDS):
        return []

    words = WORD.findall(label)
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS:
        return []

    names = [word for word in words if len(word) >= SHORTEST]
    if len(names) < FEWEST_WORDS:
        return []
    small = [name for name in names if not name[0].isupper()]
    return [] if small else names
