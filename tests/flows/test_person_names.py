"""A name is taken as it is given, and nothing else is taken for one."""

import pytest

from backend.flows.answers import InvalidAnswer
from backend.flows.person_names import looks_like_name, mask_name, name_part, read_name


@pytest.mark.parametrize(
    "written, name",
    [
        ("Ana", "Ana"),
        ("  Ana   Ruiz. ", "Ana Ruiz"),
        ("my name is Ana Ruiz", "Ana Ruiz"),
        ("Name: Ana", "Ana"),
        ("I'm Ana", "Ana"),
        ("This is Ben speaking", "Ben"),
        ("Ich heiße Otto Müller", "Otto Müller"),
        ("mein Name ist Otto", "Otto"),
        ("ich bin Otto", "Otto"),
        ("Frau Meier", "Meier"),
        ("je m'appelle Zoé", "Zoé"),
        ("mon nom est Zoé Blanc", "Zoé Blanc"),
        ("me llamo José", "José"),
        ("mi nombre es José García", "José García"),
        ("मेरा नाम रवि कुमार है", "रवि कुमार"),
        ("mera naam Ravi hai", "Ravi"),
        ("എന്റെ പേര് അനു എന്നാണ്", "അനു"),
        ("എന്റെ പേര് അനു", "അനു"),
        ("名前は田中です", "田中"),
        ("田中と申します", "田中"),
        ("اسمي أحمد", "أحمد"),
        ("أنا سارة", "سارة"),
        ("O’Neill", "O'Neill"),
        ("A. Ruiz", "A. Ruiz"),
        ("X Æ A-12", "X Æ A-12"),
        ("Blue Shirt Ltd", "Blue Shirt Ltd"),
    ],
)
def test_a_name_is_read_without_what_announces_it(written: str, name: str) -> None:
    assert read_name(written) == name


@pytest.mark.parametrize(
    "written",
    ["", " ", "...", "12345", "ana@example.com", "https://example.com", "a" * 81],
)
def test_what_can_be_no_name_is_missing(written: str) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        read_name(written)

    assert (refused.value.field, refused.value.code) == ("name", "name_missing")


@pytest.mark.parametrize(
    "text",
    [
        "Ana Ruiz",
        "ana ruiz",
        "Mira",
        "ben",
        "Jean-Luc O'Neill",
        "Will Smith",
        "Petra Schwarz",
        "María José García",
        "khalid bin salman",
        "James Brown",
        "रवि कुमार",
        "അനു",
        "田中太郎",
        "やまだ",
        "أحمد علي",
        "فاطمة الزهراء",
    ],
)
def test_a_name_looks_like_one(text: str) -> None:
    assert looks_like_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "what is your return policy",
        "do you deliver to Iceland",
        "Return policy",
        "blue shirt",
        "Blue Shirts",
        "remote controls",
        "11 remotes",
        "eleven remotes",
        "thank you",
        "yes",
        "cancel",
        "tomorrow morning",
        "I don't know",
        "Rote Schuhe",
        "Rückruf unter",
        "wo ist meine Bestellung",
        "camisas rojas",
        "quelle est la livraison",
        "लाल जूते",
        "वापसी नीति क्या है",
        "ചുവന്ന ഷർട്ട്",
        "返品できますか",
        "赤いシャツ",
        "ما هي سياسة الإرجاع",
        "قميص أحمر",
        "a b c d e f",
        "",
    ],
)
def test_questions_and_goods_do_not_look_like_names(text: str) -> None:
    assert not looks_like_name(text)


def test_words_around_a_name_are_no_part_of_it() -> None:
    assert name_part("hi, Ana Ruiz, thanks") == "Ana Ruiz"


def test_in_lists_a_name_shows_its_first_letter() -> None:
    assert mask_name("Ana Ruiz") == "A…"
    assert mask_name("രവി") == "ര…"
    assert mask_name("കൊച്ചു") == "കൊ…"
    assert mask_name(" ") == ""
