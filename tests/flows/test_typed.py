"""Plain typing answers each step, in any language and script; a question in between answers
none.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from backend.flows import flow_machine
from backend.flows.answers import Answers
from backend.flows.flows import FLOWS
from backend.flows.orders import Line
from backend.flows.runs import Run
from backend.flows.typed import NO_ANSWER, Typed, read_typed
from backend.services import Services
from backend.store.tables import metadata
from tests.support.bare_services import open_services
from tests.support.form_stories import (
    CONTACT,
    EMAIL,
    HARBOUR,
    HILL,
    HOW_MANY,
    LAMPS,
    NAME,
    PHONE,
    TO_CONFIRM,
    WHICH_LAMP,
    run_of,
    terms_of,
)
from tests.support.small_catalogs import fill_shop, small_goods
from tests.support.stores import Stores
from tests.support.talks import MIRAS, add_shops

OFFICE = (((9 * 60, 17 * 60),),) * 5 + ((), ())
PLACES = {"pickup_places": (HARBOUR, HILL), "delivery": True}

EMPTY = run_of("bulk_order")
CHOOSE = run_of("bulk_order", Answers(lines=(WHICH_LAMP,)))
COUNT = run_of("bulk_order", Answers(lines=(HOW_MANY,)))
ASKS_CONTACT = run_of("bulk_order", Answers(lines=(LAMPS,)))
ASKS_PLACE = run_of("bulk_order", Answers(lines=(LAMPS,), **CONTACT))
CONFIRM = run_of("bulk_order", TO_CONFIRM)
CALL = run_of("callback_request")
ASKS_TIME = run_of("callback_request", Answers(name=NAME, phone=PHONE))


@pytest.fixture(scope="module")
def goods(stores: Stores) -> Iterator[Services]:
    """Filled once: what is written here is read, and stored nowhere."""
    url = stores.new("sqlite", redis=False).database_url
    services = open_services(url)
    metadata.create_all(services.db.engine)

    add_shops(services)
    fill_shop(services, MIRAS, *small_goods())
    yield services
    services.db.close()


def typed(services: Services, run: Run, text: str, language: str = "en") -> Typed:
    terms = terms_of(language, hours=OFFICE, time_zone="Europe/Berlin", **PLACES)
    return read_typed(services, run, text, terms)


def told(services: Services, run: Run, text: str, language: str = "en") -> Answers:
    found = typed(services, run, text, language)
    assert found.answers is not None, found
    return found.answers


def refused(services: Services, run: Run, text: str, language: str = "en") -> str:
    found = typed(services, run, text, language)
    assert found.refused is not None, found
    return found.refused.code


def step_of(run: Run, answers: Answers, **settings: Any) -> str | None:
    step = flow_machine.next_step(FLOWS[run.flow], answers, terms_of(**settings))
    return step.name if step else None


@pytest.mark.parametrize(
    "text, language",
    [
        ("11 desk lamps", "en"),
        ("eleven desk lamps please", "en"),
        ("Ich brauche elf Desk Lamp", "de"),
        ("أريد ١١ desk lamp", "ar"),
    ],
)
def test_what_is_wanted_is_read_in_words_and_figures(
    goods: Services, text: str, language: str
) -> None:
    [line] = told(goods, EMPTY, text, language).lines

    assert (line.product, line.quantity) == (LAMPS.product, 11)


def test_how_to_reach_somebody_may_stand_beside_what_is_wanted(goods: Services) -> None:
    text = "11 desk lamps, call me at 030 901820 or ana@example.com"

    answers = told(goods, EMPTY, text)

    assert (answers.phone, answers.email) == (PHONE, EMAIL)
    assert [line.quantity for line in answers.lines] == [11]


@pytest.mark.parametrize(
    "run", [EMPTY, CHOOSE, ASKS_CONTACT, ASKS_PLACE, CONFIRM, CALL, ASKS_TIME]
)
@pytest.mark.parametrize(
    "text, language",
    [
        ("Do you ship to Norway?", "en"),
        ("What is your return policy?", "en"),
        ("Wie lange dauert der Versand?", "de"),
        ("Habt ihr eine Garantie?", "de"),
        ("ما هي سياسة الإرجاع؟", "ar"),
        ("送料はいくらですか？", "ja"),
    ],
)
def test_a_question_in_between_answers_nothing(
    goods: Services, run: Run, text: str, language: str
) -> None:
    assert typed(goods, run, text, language) == NO_ANSWER


@pytest.mark.parametrize(
    "run, text",
    [
        (ASKS_CONTACT, "Do the 2 desk lamps come with bulbs?"),
        (ASKS_PLACE, "How much is delivery?"),
        (ASKS_PLACE, "Is Harbour open on Sundays?"),
        (CONFIRM, "Can I get 5 desk lamps cheaper?"),
        (CHOOSE, "Is the floor lamp dimmable?"),
        (ASKS_TIME, "Are you open on Sundays?"),
    ],
)
def test_a_question_about_what_is_asked_answers_nothing_either(
    goods: Services, run: Run, text: str
) -> None:
    assert typed(goods, run, text) == NO_ANSWER


@pytest.mark.parametrize(
    "text",
    ["Do you deliver", "Thank you", "desk lamps", "no idea", "Danke schön", "شكرا"],
)
def test_what_is_no_name_is_not_taken_for_one(goods: Services, text: str) -> None:
    found = typed(goods, ASKS_CONTACT, text)

    assert found.answers is None or not found.answers.name


@pytest.mark.parametrize(
    "text, language",
    [
        ("the second one", "en"),
        ("2", "en"),
        ("Floor Lamp", "en"),
        ("floor", "en"),
        ("das zweite", "de"),
        ("الثاني", "ar"),
        ("٢", "ar"),
        ("2番目", "ja"),
    ],
)
def test_a_choice_is_made_by_place_or_by_name(
    goods: Services, text: str, language: str
) -> None:
    [line] = told(goods, CHOOSE, text, language).lines

    assert line.product == WHICH_LAMP.candidates[1].product
    assert line.quantity == 11


@pytest.mark.parametrize("text", ["lamp", "7", "the ninth one", "something else"])
def test_what_means_both_or_none_chooses_nothing(goods: Services, text: str) -> None:
    found = typed(goods, CHOOSE, text)

    assert found.answers is None or WHICH_LAMP in found.answers.lines


@pytest.mark.parametrize(
    "text, language",
    [("leave it out", "en"), ("lass es weg", "de")],
)
def test_a_line_is_left_out(goods: Services, text: str, language: str) -> None:
    run = run_of("bulk_order", Answers(lines=(LAMPS, WHICH_LAMP)))

    assert told(goods, run, text, language).lines == (LAMPS,)


def test_what_nothing_can_be_chosen_for_is_left_out_or_stays(goods: Services) -> None:
    gone = Line("machine", 2, LAMPS.product, LAMPS.variant, ("sold_out",))
    run = run_of("bulk_order", Answers(lines=(LAMPS, gone)))

    assert typed(goods, run, "hm") == NO_ANSWER
    assert told(goods, run, "leave it out").lines == (LAMPS,)


@pytest.mark.parametrize(
    "text, language",
    [
        ("12", "en"),
        ("12.", "de"),
        ("١٢", "ar"),
        ("१२", "hi"),
        ("൧൨", "ml"),
        ("１２", "ja"),
    ],
)
def test_a_number_alone_is_how_many(goods: Services, text: str, language: str) -> None:
    [line] = told(goods, COUNT, text, language).lines

    assert (line.quantity, line.is_settled) == (12, True)


@pytest.mark.parametrize(
    "text, code", [("0", "quantity_invalid"), ("100001", "too_many")]
)
def test_a_number_that_is_none_is_refused(
    goods: Services, text: str, code: str
) -> None:
    assert refused(goods, COUNT, text) == code


@pytest.mark.parametrize(
    "text, language",
    [
        (
            f"My name is {NAME} and phone number is 030 901820 and email is {EMAIL}",
            "en",
        ),
        (f"{NAME}, 030/901820, {EMAIL}", "en"),
        (f"{NAME}\n+49 30 901820\n{EMAIL}", "en"),
        (f"Ich heiße {NAME}, Telefon 030 90 18 20, Mail {EMAIL}", "de"),
        (f"{NAME}، ٠٣٠٩٠١٨٢٠، {EMAIL}", "ar"),
        (f"{NAME}、０３０９０１８２０、{EMAIL}", "ja"),
    ],
)
def test_one_message_says_all_of_how_to_reach_somebody(
    goods: Services, text: str, language: str
) -> None:
    answers = told(goods, ASKS_CONTACT, text, language)

    assert (answers.name, answers.phone, answers.email) == (NAME, PHONE, EMAIL)
    assert answers.lines == (LAMPS,)


def test_a_part_of_it_is_kept_and_the_rest_is_still_asked(goods: Services) -> None:
    answers = told(goods, ASKS_CONTACT, NAME)

    assert (answers.name, answers.phone) == (NAME, "")
    assert step_of(ASKS_CONTACT, answers) == "contact"


def test_what_is_wrong_is_refused_and_what_is_right_beside_it_is_kept(
    goods: Services,
) -> None:
    found = typed(goods, ASKS_CONTACT, f"{NAME}, phone 030 1, {EMAIL}")

    assert found.refused is not None
    assert found.answers is not None
    assert found.refused.field == "phone"
    assert (found.answers.name, found.answers.email) == (NAME, EMAIL)


@pytest.mark.parametrize(
    "text, code",
    [
        ("my phone number is 123", "phone_short"),
        ("my email is ana@example", "email_invalid"),
    ],
)
def test_a_contact_that_is_none_is_refused(
    goods: Services, text: str, code: str
) -> None:
    assert refused(goods, ASKS_CONTACT, text) == code


def test_a_number_is_corrected_at_any_step(goods: Services) -> None:
    for run in (ASKS_PLACE, CONFIRM, ASKS_TIME):
        answers = told(goods, run, "my phone number is 030 901821")

        assert answers.phone == "+4930901821"


def test_who_looks_at_the_contact_again_may_say_the_same(goods: Services) -> None:
    run = run_of("bulk_order", TO_CONFIRM.replace(reopened=("contact",)))

    answers = told(goods, run, f"{NAME}, {PHONE}")

    assert (answers.reopened, answers.email) == ((), EMAIL)


@pytest.mark.parametrize(
    "text, language, place",
    [
        ("Harbour", "en", "pickup:Harbour"),
        ("Upper Lane", "en", "pickup:Hill"),
        ("the second one", "en", "pickup:Hill"),
        ("delivery please", "en", "delivery"),
        ("Lieferung", "de", "delivery"),
        ("das letzte", "de", "delivery"),
        ("التوصيل", "ar", "delivery"),
    ],
)
def test_a_place_is_named_or_counted(
    goods: Services, text: str, language: str, place: str
) -> None:
    assert told(goods, ASKS_PLACE, text, language).place == place


@pytest.mark.parametrize("text", ["on the moon", "Hamburg", "whatever"])
def test_a_place_that_is_not_clear_is_none(goods: Services, text: str) -> None:
    assert typed(goods, ASKS_PLACE, text) == NO_ANSWER


@pytest.mark.parametrize(
    "text, language",
    [
        ("yes", "en"),
        ("Yes, please!", "en"),
        ("ja", "de"),
        ("نعم", "ar"),
        ("はい", "ja"),
    ],
)
def test_a_yes_is_said_in_any_language(
    goods: Services, text: str, language: str
) -> None:
    assert told(goods, CONFIRM, text, language).is_confirmed


@pytest.mark.parametrize(
    "text",
    ["Yes, but how long does it take?", "can you confirm the price?", "perhaps", "1"],
)
def test_nothing_else_is_a_yes(goods: Services, text: str) -> None:
    found = typed(goods, CONFIRM, text)

    assert found.answers is None or not found.answers.is_confirmed


def test_a_no_is_asked_what_to_change(goods: Services) -> None:
    assert refused(goods, CONFIRM, "no") == "not_confirmed"


def test_there_is_no_yes_before_it_was_asked_for(goods: Services) -> None:
    for run in (EMPTY, CHOOSE, ASKS_CONTACT, ASKS_PLACE, CALL, ASKS_TIME):
        found = typed(goods, run, "yes")

        assert found.answers is None or not found.answers.is_confirmed


def test_more_is_added_at_a_later_step_and_asks_for_a_new_price(
    goods: Services,
) -> None:
    answers = told(goods, CONFIRM, "and 2 blue mugs")

    assert [line.quantity for line in answers.lines] == [11, 2]
    assert answers.quote is None


@pytest.mark.parametrize(
    "text, language",
    [
        ("tomorrow after 4 pm", "en"),
        ("morgen nach 16 Uhr", "de"),
        ("غدا بعد الساعة ٤", "ar"),
        ("明日の16時以降", "ja"),
    ],
)
def test_a_time_is_read_in_the_shoppers_language(
    goods: Services, text: str, language: str
) -> None:
    answers = told(goods, ASKS_TIME, text, language)

    assert answers.when_from == 1_795_705_200_000
    assert step_of(ASKS_TIME, answers) is None


@pytest.mark.parametrize(
    "text, code", [("Sunday at noon", "when_closed"), ("today at 8 am", "when_past")]
)
def test_a_time_at_which_nobody_is_there_is_refused(
    goods: Services, text: str, code: str
) -> None:
    assert refused(goods, ASKS_TIME, text) == code


def test_a_time_may_be_said_with_the_number(goods: Services) -> None:
    answers = told(goods, CALL, f"{NAME}, 030 901820")

    assert (answers.name, answers.phone) == (NAME, PHONE)
    assert step_of(CALL, answers) == "when"


@pytest.mark.parametrize(
    "text, language", [("back", "en"), ("zurück", "de"), ("رجوع", "ar")]
)
def test_back_asks_the_step_before(goods: Services, text: str, language: str) -> None:
    assert step_of(CONFIRM, told(goods, CONFIRM, text, language), **PLACES) == "place"
    assert refused(goods, EMPTY, text, language) == "nothing_back"


@pytest.mark.parametrize(
    "text, language",
    [("change the phone number", "en"), ("Telefonnummer ändern", "de")],
)
def test_an_earlier_answer_is_changed(
    goods: Services, text: str, language: str
) -> None:
    answers = told(goods, CONFIRM, text, language)

    assert answers.reopened == ("contact",)
    assert refused(goods, EMPTY, text, language) == "nothing_back"


@pytest.mark.parametrize(
    "text, language", [("cancel", "en"), ("abbrechen", "de"), ("إلغاء", "ar")]
)
def test_cancel_puts_it_away_at_each_step(
    goods: Services, text: str, language: str
) -> None:
    for run in (EMPTY, CHOOSE, ASKS_CONTACT, ASKS_PLACE, CONFIRM, CALL, ASKS_TIME):
        found = typed(goods, run, text, language)

        assert (found.is_cancelled, found.answers) == (True, run.answers)


def test_a_question_about_cancelling_cancels_nothing(goods: Services) -> None:
    assert typed(goods, CONFIRM, "Can I cancel later?") == NO_ANSWER
