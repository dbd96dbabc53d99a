"""Ana and Ben say who they are and how to reach them, in one message or in several."""

import time

import pytest

from backend.flows.contacts import Contacts, read_contacts

ALL = ("name", "phone", "email")
EMAIL, PHONE = "ana@example.com", "+491713920042"


def read(text: str, wanted=ALL) -> Contacts:
    return read_contacts(text, "DE", wanted)


@pytest.mark.parametrize(
    "text, name",
    [
        (
            "Name is Ana Ruiz and phone number is 0171 3920042 and email is ana@example.com",
            "Ana Ruiz",
        ),
        ("Ana Ruiz, ana@example.com, 0171 3920042", "Ana Ruiz"),
        ("0171 3920042 / ana@example.com / ana ruiz", "ana ruiz"),
        ("Ana\n0171-3920042\nana@example.com", "Ana"),
        ("name: Ana Ruiz\nphone: 0171 3920042\nemail: ana@example.com", "Ana Ruiz"),
        ("Name Ana Ruiz Phone 0171 3920042 Email ana@example.com", "Ana Ruiz"),
        ("I'm Ana, reach me at 0171 3920042 or ana(at)example.com", "Ana"),
        ("Ana Ruiz <ana@example.com>, Tel. 0171/3920042, ext. 7", "Ana Ruiz"),
        (
            "Ich heiße Ana Ruiz, Telefon 0171 3920042, E-Mail ana@example.com",
            "Ana Ruiz",
        ),
        (
            "Mein Name ist Otto Müller und meine Nummer lautet 0171-3920042. Mail: ana@example.com",
            "Otto Müller",
        ),
        (
            "Me llamo Ana Ruiz, mi teléfono es 0171 3920042 y mi correo es ana@example.com",
            "Ana Ruiz",
        ),
        (
            "Je m'appelle Zoé Blanc et mon numéro est le 0171 3920042, mail ana@example.com",
            "Zoé Blanc",
        ),
        (
            "मेरा नाम रवि कुमार है और मेरा फोन नंबर ०१७१ ३९२००४२ है और ईमेल ana@example.com है",
            "रवि कुमार",
        ),
        (
            "mera naam Ravi Kumar hai, mobile number 0171 3920042, email ana@example.com",
            "Ravi Kumar",
        ),
        ("എന്റെ പേര് അനു, ഫോൺ നമ്പർ 0171 3920042, ഇമെയിൽ ana@example.com", "അനു"),
        (
            "名前は田中太郎です。電話番号は0171-3920042、メールはana@example.comです",
            "田中太郎",
        ),
        ("اسمي أحمد علي ورقم هاتفي ٠١٧١ ٣٩٢٠٠٤٢ وبريدي ana@example.com", "أحمد علي"),
    ],
)
def test_one_message_says_it_all(text: str, name: str) -> None:
    assert read(text) == Contacts(name, PHONE, EMAIL)


@pytest.mark.parametrize(
    "text, found",
    [
        ("Ana Ruiz", Contacts(name="Ana Ruiz")),
        ("0171 3920042", Contacts(phone=PHONE)),
        ("Rückruf unter 0171 3920042", Contacts(phone=PHONE)),
        ("call me on 0171 3920042", Contacts(phone=PHONE)),
        ("ana@example.com", Contacts(email=EMAIL)),
        ("Hi, this is Otto. Tel: 0171 3920042. Thanks!", Contacts("Otto", PHONE)),
        ("my phone number is 0171 3920042 and my name is Ben", Contacts("Ben", PHONE)),
        ("Ana 0171 3920042 tomorrow after 4", Contacts("Ana", PHONE)),
        ("Name: Müller GmbH, Tel.: 0171/3920042", Contacts("Müller GmbH", PHONE)),
    ],
)
def test_a_message_may_say_some_of_it(text: str, found: Contacts) -> None:
    assert read(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "what is your return policy?",
        "what is your return policy",
        "do you deliver to Iceland",
        "I need 11 remote controls",
        "I want to cancel my order",
        "my order number is 1001234567",
        "where is my order 1001234567?",
        "I'm looking for blue shirts",
        "is my name on the order",
        "no email",
        "ja",
        "wie sind Ihre Öffnungszeiten",
        "¿hacen envíos a Islandia?",
        "quels sont vos horaires",
        "वापसी नीति क्या है",
        "നിങ്ങൾ ഡെലിവറി ചെയ്യുമോ",
        "返品できますか",
        "هل توصلون إلى آيسلندا",
        "",
    ],
)
def test_what_is_no_contact_detail_yields_nothing(text: str) -> None:
    assert read(text) == Contacts()


@pytest.mark.parametrize(
    "text, field, code",
    [
        ("phone is 12345", "phone", "phone_short"),
        ("12345", "phone", "phone_short"),
        ("Ana Ruiz, 0171 39", "phone", "phone_short"),
        ("my number is 0171 3920042 555 666 777", "phone", "phone_long"),
        ("call me on 0000 000000", "phone", "phone_invalid"),
        ("ana@gmail", "email", "email_invalid"),
        ("email is ana.example.com", "email", "email_invalid"),
    ],
)
def test_what_is_meant_and_wrong_is_a_problem(text, field, code) -> None:
    problems = read(text).problems

    assert [(each.field, each.code) for each in problems] == [(field, code)]


def test_what_nobody_asked_for_is_no_problem() -> None:
    assert not read("Ana, ana@gmail", wanted=("name",)).problems


def test_one_right_number_beside_a_wrong_one_will_do() -> None:
    found = read("phone 12345, mobile 0171 3920042")

    assert found == Contacts(phone=PHONE)


def test_a_bare_name_counts_only_while_a_name_is_missing() -> None:
    assert read("Ana Ruiz", wanted=("phone",)) == Contacts()
    assert read("my name is Ana Ruiz", wanted=("phone",)) == Contacts(name="Ana Ruiz")


def test_two_names_are_nobody_s() -> None:
    assert read("Ana Ruiz, Ben Smith") == Contacts()


def test_a_question_beside_an_address_stays_a_question() -> None:
    found = read("please write to ana@example.com, and do you have blue shirts?")

    assert found == Contacts(email=EMAIL)


def test_a_number_of_another_country_needs_its_code() -> None:
    found = read_contacts("Ana Ruiz, 0171 3920042", "US", ALL)

    assert found.name == "Ana Ruiz"
    assert [each.code for each in found.problems] == ["phone_country"]


@pytest.mark.parametrize(
    "piece", ["a", " ", "@", "1-", "and ", "a@", "( ", "my name is "]
)
def test_a_long_message_is_read_in_no_time(piece: str) -> None:
    text = piece * (8000 // len(piece))
    read(piece)
    began = time.process_time()

    read(text)

    assert time.process_time() - began < 2
