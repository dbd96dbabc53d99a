"""A short yes is understood in eight languages, and nothing else is taken for one."""

import pytest

from backend.chat.agreement import is_yes

YES = {
    "en": ["Yes", "yes, please!", "Sure", "ok", "Go ahead."],
    "de": ["Ja", "ja, bitte", "Gerne!", "Klar", "mach weiter"],
    "es": ["Sí", "si, por favor", "Claro", "Vale", "adelante"],
    "fr": ["Oui", "oui, s'il vous plaît", "D'accord", "Bien sûr", "allez-y"],
    "hi": ["हाँ", "जी हाँ", "ठीक है", "haan ji", "बिल्कुल"],
    "ml": ["അതെ", "ശരി", "തുടരൂ", "athe", "തീർച്ചയായും"],
    "ja": ["はい", "はい、お願いします", "どうぞ", "ええ", "続けてください"],
    "ar": ["نعم", "نعم، من فضلك", "تمام", "أيوه", "طبعاً"],
}
NO = {
    "en": ["No", "not yet", "yes?", "yes but I want a person", "Do you have mugs?"],
    "de": ["Nein", "noch nicht", "ja aber ein Mensch", "ja?", "jaguar"],
    "es": ["No", "todavía no", "sí pero quiero una persona", "¿sí?", "silla"],
    "fr": ["Non", "pas encore", "oui mais une personne", "oui ?", "ouistiti"],
    "hi": ["नहीं", "अभी नहीं", "हाँ लेकिन इंसान", "हाँ?", "मग दिखाओ"],
    "ml": ["വേണ്ട", "ഇല്ല", "അതെ പക്ഷേ ഒരാൾ", "അതെ?", "മഗ്ഗ്"],
    "ja": ["いいえ", "まだです", "はい、でも人がいいです", "はい？", "マグ"],
    "ar": ["لا", "ليس بعد", "نعم لكن أريد موظفاً", "نعم؟", "أكواب"],
}


@pytest.mark.parametrize("language", YES)
def test_a_short_yes_agrees(language: str) -> None:
    assert [text for text in YES[language] if not is_yes(text)] == []


@pytest.mark.parametrize("language", NO)
def test_anything_else_does_not(language: str) -> None:
    assert [text for text in NO[language] if is_yes(text)] == []


def test_nothing_is_no_yes() -> None:
    assert not is_yes("")
    assert not is_yes("yes " * 100)
