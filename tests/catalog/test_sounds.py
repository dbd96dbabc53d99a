"""Hindi and Malayalam as people type them in Latin letters."""

import pytest

from backend.catalog.folding import fold
from backend.catalog.sounds import sound, sound_of_script

HEARD = [
    ("hi", "चप्पल", ["chappal", "chapal", "chappall"]),
    ("hi", "लाल", ["laal", "lal"]),
    ("hi", "जूते", ["joote", "jute", "juute"]),
    ("hi", "केतली", ["ketli", "ketlee"]),
    ("ml", "ചെരിപ്പ്", ["cherippu", "cheripu"]),
    ("ml", "ഓടക്കുഴൽ", ["odakkuzhal", "odakuzhal"]),
]


@pytest.mark.parametrize(("language", "word", "typed"), HEARD)
def test_usual_spellings_sound_alike(language: str, word: str, typed: list[str]):
    keys = {sound(spelling) for spelling in typed}
    assert keys == {sound_of_script(fold(word), language)}


def test_other_words_sound_otherwise():
    assert len({sound(word) for word in ("chappal", "chai", "joote", "kettle")}) == 4
