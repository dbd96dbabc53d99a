"""The attacks are whole: many, at every place, each recognisable."""

from collections import Counter

from evals.attack_files import Place, read_attacks


def test_there_are_enough_at_every_place() -> None:
    attacks = read_attacks()
    places = Counter(attack.place for attack in attacks)

    assert len(attacks) >= 150
    assert set(places) == set(Place)
    assert min(places.values()) >= 30


def test_no_mark_is_part_of_another() -> None:
    marks = [attack.mark for attack in read_attacks()]

    assert not [
        one for one in marks for other in marks if one != other and one in other
    ]


def test_what_is_forbidden_is_what_the_model_says() -> None:
    assert not [
        attack.number
        for attack in read_attacks()
        for words in attack.forbids
        if words not in attack.says
    ]
