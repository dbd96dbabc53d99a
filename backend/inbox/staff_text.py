"""What staff may write: a note, a reply, a title, a search. Neither blank, nor too long, nor
without being text.
"""

from backend.bounds import is_storable
from backend.chat.plain_text import is_blank
from backend.errors import Invalid


def read_text(text: str, name: str, most: int) -> str:
    """The text as it is kept. Raises Invalid with the sentence to show."""
    if fault := find_fault(text, name, most):
        raise Invalid(fault)
    return _trimmed(text)


def find_fault(text: str, name: str, most: int) -> str:
    """What is wrong with it, as a sentence that begins with `name`; empty when nothing is."""
    kept = _trimmed(text)

    if is_blank(kept):
        return f"Enter {name[0].lower()}{name[1:]}"
    if len(kept) > most:
        return f"{name} can have up to {most:,} characters"
    if not is_storable(kept):
        return f"{name} has characters that aren't text"
    return ""


def _trimmed(text: str) -> str:
    # Forms send line ends as two characters.
    return text.replace("\r\n", "\n").strip()
