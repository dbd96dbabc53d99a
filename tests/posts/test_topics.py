"""What a request is about, in four languages."""

import pytest

from backend.posts.topics import read_topic


@pytest.mark.parametrize(
    ("request_", "topic"),
    [
        ("Create a post about our Diwali sale with a picture", "Diwali sale"),
        ("write something about the Harbour mug, without a picture", "Harbour mug"),
        ("Draft a post announcing our new towels!", "new towels"),
        ("Schreibe einen Beitrag über unsere neuen Becher, mit Bild", "neuen Becher"),
        ("Mach einen Post zum Thema Weihnachten mit einem schönen Foto", "Weihnachten"),
        ("Crée un article sur nos nouvelles tasses avec une image", "nouvelles tasses"),
        ("Escribe una entrada sobre las velas con una foto", "velas"),
        ("Write a post: all lamps are on sale", "all lamps are on sale"),
        ("Diwali!", "Diwali"),
        ("", ""),
    ],
)
def test_the_topic_stands_behind_about(request_: str, topic: str) -> None:
    assert read_topic(request_) == topic
