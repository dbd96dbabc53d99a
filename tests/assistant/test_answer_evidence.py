"""The sentences that answer are quoted whole, whichever languages question and text are in."""

import pytest

from backend.assistant.answer_evidence import MOST_CHARACTERS, find_evidence, opening_of

SHIPPING = """\
Shipping policy
Orders placed before 2 p.m. are shipped on the same working day.
We ship to Germany, Austria, Switzerland and Norway.
Delivery within Germany takes 2-4 working days. Deliveries abroad take 5 to 8 working days.
Shipping costs
Standard shipping costs €4.90. From an order value of €60 shipping is free within Germany.
Express delivery on the next working day is available for €12.90.
You can pick up your order at our store in Hamburg free of charge.
You will receive a tracking link by e-mail as soon as your parcel has left our warehouse."""
RETURNS = """\
Rückgabe
Sie können Artikel innerhalb von 30 Tagen nach Erhalt zurückgeben. Die Ware muss ungetragen sein.
Die Rücksendung ist kostenlos; aus dem Ausland tragen Sie die Kosten, z. B. für das Porto.
Den Kaufpreis erstatten wir innerhalb von 7 Tagen auf das ursprüngliche Zahlungsmittel.
Ein Umtausch in eine andere Größe ist möglich, solange der Artikel vorrätig ist.
Reduzierte Ware können Sie ebenfalls zurückgeben."""
PAYMENT = (
    "クレジットカード（Visa、Mastercard）、PayPay、銀行振込をご利用いただけます。"
    "代金引換の手数料は330円です。分割払いはクレジットカードのみ対応しています。"
)
ARABIC = (
    "نوصل الطلبات داخل السعودية خلال 2 إلى 4 أيام عمل. رسوم التوصيل 25 ريال، والتوصيل مجاني"
    " للطلبات فوق 300 ريال. نشحن أيضا إلى الكويت خلال 5 إلى 7 أيام."
)
DESK = (
    "The Oslo desk brings calm into your room. Its top is made of solid oak, the legs are steel."
    " It measures 140 x 70 x 74 cm. Wipe it with a damp cloth."
)


def quoted(question: str, text: str, language: str, kind: str = "") -> str:
    evidence = find_evidence(question, [text], [language, "en"], kind)
    return evidence.text if evidence else ""


@pytest.mark.parametrize(
    ("language", "question", "answer"),
    [
        ("en", "do you ship to norway", "Norway"),
        ("en", "free shipping from what amount?", "€60"),
        ("de", "was kostet der versand", "€4.90"),
        ("de", "kann ich es im laden abholen", "pick up"),
        ("es", "cuanto tarda en llegar", "working days"),
        ("fr", "livraison le lendemain possible ?", "Express"),
        ("hi", "डिलीवरी चार्ज कितना लगेगा", "€4.90"),
        ("hi", "kitne din me aayega", "working days"),
        ("ml", "ഡെലിവറി ചാർജ് എത്ര", "€4.90"),
        ("ja", "送料いくら", "€4.90"),
        ("ar", "كم يوم التوصيل", "working days"),
    ],
)
def test_a_policy_answers_whoever_asks(
    language: str, question: str, answer: str
) -> None:
    text = quoted(question, SHIPPING, language, "shipping")

    assert answer in text
    assert "tracking" not in text


@pytest.mark.parametrize(
    ("language", "question", "answer"),
    [
        ("en", "how many days do i have to return", "30 Tagen"),
        ("en", "can i return sale items", "Reduzierte"),
        ("en", "who pays return postage", "z. B. für das Porto."),
        ("es", "puedo cambiar la talla", "andere Größe"),
        ("fr", "remboursé sous combien de temps", "7 Tagen"),
        ("ja", "サイズ交換できますか", "andere Größe"),
    ],
)
def test_a_german_policy_as_well(language: str, question: str, answer: str) -> None:
    assert answer in quoted(question, RETURNS, language, "returns")


@pytest.mark.parametrize(
    ("language", "question", "text", "answer"),
    [
        ("en", "do you take paypay", PAYMENT, "PayPay"),
        ("es", "puedo pagar contra reembolso", PAYMENT, "330円"),
        ("fr", "paiement en 3 fois ?", PAYMENT, "分割払い"),
        ("ar", "الشحن مجاني؟", ARABIC, "300 ريال"),
        ("en", "do you ship to kuwait", ARABIC, "الكويت"),
        ("de", "wie lange dauert der versand", ARABIC, "أيام"),
    ],
)
def test_and_those_in_other_scripts(
    language: str, question: str, text: str, answer: str
) -> None:
    assert answer in quoted(question, text, language)


@pytest.mark.parametrize(
    ("language", "question", "answer"),
    [
        ("en", "is the desk solid wood or veneer", "solid oak"),
        ("de", "wie groß ist der schreibtisch", "140 x 70"),
        ("fr", "comment nettoyer le bureau", "Wipe"),
    ],
)
def test_a_description_answers_what_its_title_does_not(
    language: str, question: str, answer: str
) -> None:
    evidence = find_evidence(
        question, [DESK], [language, "en"], subject="Oslo desk, Schreibtisch, bureau"
    )

    assert evidence
    assert answer in evidence.text
    assert "brings calm" not in evidence.text


def test_the_text_that_answers_best_is_named() -> None:
    evidence = find_evidence("do you ship to norway", [RETURNS, SHIPPING], ["en"])

    assert evidence
    assert evidence.place == 1


def test_sentences_keep_their_order_and_gaps_are_marked() -> None:
    text = quoted("how long does delivery take to norway", SHIPPING, "en", "shipping")

    assert text.index("Norway") < text.index("working days")
    assert text.replace(" … ", " ") in SHIPPING.replace("\n", " ") or " … " in text


@pytest.mark.parametrize("question", ["xyz", "", "?"])
def test_what_nothing_answers_is_not_quoted(question: str) -> None:
    assert find_evidence(question, ["Nothing here."], ["en"]) is None
    assert find_evidence(question, [], ["en"]) is None


def test_a_quote_is_never_longer_than_it_may_be() -> None:
    long = f"Shipping {'and delivery ' * 100}is free."

    assert len(quoted("is shipping free", long, "en")) <= MOST_CHARACTERS
    assert quoted("is shipping free", long, "en").endswith("…")
    assert len(quoted("shipping", "Shipping is free. " * 100, "en")) <= MOST_CHARACTERS


def test_an_opening_is_the_first_sentences() -> None:
    assert opening_of(SHIPPING).startswith("Orders placed before 2 p.m. are shipped")
    assert opening_of("") == ""


TABLE = """\
Where we ship
We do not ship to Switzerland or Norway at the moment.
What it costs
To | Price | Working days
Germany | €4.90, free from €75 | 2 to 3
Rest of the EU | €9.90 | 4 to 6
Gift cards come by e-mail and cost no postage.
When we send
Orders placed before noon leave our workshop the same working day.
Packaging
Paper and cardboard, no plastic."""
STEPS = """\
You may send anything back within 30 days, unused and in its box.
How to return something
- Write to us with your order number.
- You get a label by e-mail.
- Hand the parcel in within 14 days.
Returns from Germany are free. From the rest of the EU the label costs €6.
Your refund
We pay back within 5 working days after the parcel has arrived.
What is excluded
- Gift cards
- Food that has been opened"""


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "how long does shipping take"),
        ("de", "wie lange dauert der versand"),
        ("es", "cuánto tarda el envío"),
        ("fr", "combien de temps prend la livraison"),
        ("hi", "डिलीवरी में कितने दिन लगते हैं"),
        ("ml", "ഡെലിവറിക്ക് എത്ര ദിവസം എടുക്കും"),
        ("ja", "配送には何日かかりますか"),
        ("ar", "كم يوم ياخذ التوصيل"),
    ],
)
def test_the_aspect_counts_and_not_the_topic(language: str, question: str) -> None:
    text = quoted(question, TABLE, language, "shipping")

    assert text.startswith("Germany: Price €4.90, free from €75; Working days 2 to 3")
    assert "Switzerland" not in text


@pytest.mark.parametrize(
    ("language", "question", "answer"),
    [
        ("en", "do you ship to norway", "do not ship"),
        ("de", "versandkosten nach österreich", "Rest of the EU"),
        ("es", "cuánto cuesta el envío a españa", "Rest of the EU"),
        ("fr", "les colis contiennent du plastique ?", "no plastic"),
        ("ja", "梱包材は何ですか", "cardboard"),
        ("de", "ist der versand teuer", "€4.90"),
    ],
)
def test_a_policy_answers_for_a_country_or_a_thing(
    language: str, question: str, answer: str
) -> None:
    assert answer in quoted(question, TABLE, language, "shipping")


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "how do i return something"),
        ("de", "wie läuft eine rückgabe ab"),
        ("es", "cómo puedo devolver un producto"),
        ("fr", "comment faire un retour"),
        ("hi", "सामान वापस भेजने का तरीका"),
        ("ml", "എങ്ങനെ return ചെയ്യും"),
        ("ja", "返品の方法を教えてください"),
        ("ar", "كيف طريقة الارجاع"),
    ],
)
def test_steps_are_quoted_whole(language: str, question: str) -> None:
    text = quoted(question, STEPS, language, "returns")

    steps = (
        "Write to us with your order number.",
        "You get a label",
        "Hand the parcel",
    )
    assert all(step in text for step in steps)


def test_what_is_asked_twofold_is_answered_twofold() -> None:
    text = quoted("wer zahlt die rücksendung", STEPS, "de", "returns")

    assert "Returns from Germany are free. From the rest of the EU" in text


@pytest.mark.parametrize(
    ("language", "question"),
    [("de", "was kann man nicht zurückgeben"), ("ar", "وش الاشياء اللي ما ترجع")],
)
def test_items_say_what_they_say_of_their_heading(language: str, question: str) -> None:
    text = quoted(question, STEPS, language, "returns")
    assert "Gift cards. Food that has been opened" in text


def test_a_time_and_a_postcode_need_no_words() -> None:
    text = "Write to us. At the quay from 10:00 to 18:00. Quay 7, 25813 Husum is the address."

    assert "10:00" in quoted("opening hours", text, "en", "contact")
    assert "Husum" in quoted("wo ist euer laden", text, "de", "contact")
