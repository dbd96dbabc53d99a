"""Whether a clause says a value."""

import pytest

from backend.flows.variant_values import Said, is_colour, may_tell, says


@pytest.mark.parametrize(
    ("words", "specs", "value"),
    [
        ("schwarz", "", "Black"),
        ("വെള്ള", "", "White"),
        ("gray", "", "Grey"),
        ("medium", "", "M"),
        ("xl", "", "XL"),
        ("", "size:39-42", "39-42"),
        ("", "size:38", "38"),
        ("", "pack:4", "Set of 4"),
        ("", "pack:10", "10 pieces"),
        ("", "single:1", "1 pair"),
        ("", "pairs:3", "3 pairs"),
        ("", "measure:1kg", "1 kg"),
        ("", "measure:45x45", "45 x 45 cm"),
        ("", "measure:+1.5", "+1.5"),
        ("german layout", "", "DE QWERTZ"),
        ("left handed", "", "Left-handed"),
    ],
)
def test_a_value_is_said_in_many_ways(words: str, specs: str, value: str) -> None:
    said = Said(tuple(words.split()), tuple(filter(None, [specs])))

    assert says(said, value)


@pytest.mark.parametrize(
    ("words", "specs", "value"),
    [
        ("blue", "", "Navy"),
        ("", "pack:4", "Set of 6"),
        ("", "size:3", "38"),
        ("", "measure:500g", "1 kg"),
        ("l", "", "XL"),
    ],
)
def test_another_value_is_not(words: str, specs: str, value: str) -> None:
    said = Said(tuple(words.split()), tuple(filter(None, [specs])))

    assert not says(said, value)


def test_a_colour_tells_something_of_colours_alone() -> None:
    assert is_colour("pink")
    assert may_tell("pink", ("White", "Green"))
    assert not may_tell("pink", ("S", "M"))
