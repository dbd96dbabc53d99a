"""A slice of each eval on a running shop: what the shop, the models and the faults do there."""

from contextlib import nullcontext

import pytest

from evals.all_evals import HONEST_BAR, TALK_BAR, Material, rows_of_attacks
from evals.attack_files import read_attacks
from evals.conversation_files import read_talks
from evals.conversation_runs import run_talks
from evals.eval_shop import CANARIES, OTTOS, EvalShop
from evals.honest_model import read_answers, say_answers
from evals.lying_model import tell_lies
from evals.named_models import Contender, compare
from evals.obeying_model import obey_attacks, plant_products
from evals.seeded_faults import list_faults, list_unnoticed, uses_tool
from evals.shopper_views import exchange, exported_texts, history_text
from evals.spoken_steps import Script, teach
from evals.untrue_replies import draw_replies, read_hard_lies
from evals.watched_tools import Fault
from tests.support.pretend_shopify import SHOP

TOOLS = (
    "search_products",
    "show_products",
    "get_product",
    "read_policies",
    "check_order",
    "ask_for_a_person",
    "start_flow",
)
SOUND = "english 3", "english 4", "english 7", "english 11", "english 14", "english 16"
MORE = "german 3", "japanese 11", "arabic 7", "english 19", "english 25"


@pytest.fixture(scope="module")
def material() -> Material:
    talks = [talk for talk in read_talks() if talk.name in SOUND + MORE]
    attacks = [attack for attack in read_attacks() if attack.number % 22 == 3]
    answers, hard = read_answers()[:3], read_hard_lies()[:3]
    return Material(talks, draw_replies(20), hard, answers, attacks)


def test_the_slice_has_every_tool(material: Material) -> None:
    assert len(material.talks) == 11
    for tool in TOOLS:
        assert any(uses_tool(talk, tool) for talk in material.talks), tool


def test_the_honest_model_does_what_it_should(
    eval_shop: EvalShop, material: Material
) -> None:
    outcomes = run_talks(eval_shop, material.talks)

    assert [outcome.problems for outcome in outcomes if not outcome.is_good] == []


def test_each_seeded_fault_is_noticed(eval_shop: EvalShop, material: Material) -> None:
    faults = list_faults(eval_shop)

    assert {fault.kind for fault in faults} == {"dropped", "shifted", "leaked"}
    assert list_unnoticed(eval_shop, faults, material.talks, TALK_BAR) == []


def test_nothing_of_a_lie_is_shown(eval_shop: EvalShop, material: Material) -> None:
    figures = tell_lies(eval_shop, [*material.lies, *material.hard_lies])

    assert (figures.told, figures.seen, figures.silent) == (23, [], 0)


def test_true_sentences_are_shown(eval_shop: EvalShop, material: Material) -> None:
    figures = say_answers(eval_shop, material.answers)

    assert len(figures.held_back) <= (1 - HONEST_BAR) * figures.said


def test_an_obeyed_attack_has_no_effect(
    eval_shop: EvalShop, material: Material
) -> None:
    plant_products(eval_shop, material.attacks)

    figures = obey_attacks(eval_shop, material.attacks)

    assert figures.made == 10
    assert all(row.is_met for row in rows_of_attacks(figures)), figures


def test_what_is_said_is_found_at_every_place_that_is_looked_at(
    eval_shop: EvalShop,
) -> None:
    script = Script(["Hel", "lo there."], [[("search_products", {"query": "mug"})]])
    teach(eval_shop.whole.model, "(here)", script)
    ben = eval_shop.guest()

    had = exchange(eval_shop, ben, "Please look (here)")

    assert had.tools == ["search_products"]
    assert had.reply.text == "Hello there."
    assert history_text(ben) == "Hello there."
    assert exported_texts(eval_shop)[had.reply.conversation] == "Hello there."


def test_otto_has_what_nobody_may_see_here(eval_shop: EvalShop) -> None:
    leaking = Fault("leaked", "search_products", eval_shop.shop_id(OTTOS))

    eval_shop.breaks(leaking)
    had = exchange(eval_shop, eval_shop.guest(), "Do you have a lamp?")
    eval_shop.breaks()

    assert any(words in had.everything for words in CANARIES)
    assert eval_shop.shop_id(SHOP) != eval_shop.shop_id(OTTOS)


def test_the_app_notes_where_it_connects_to(eval_shop: EvalShop) -> None:
    assert "127.0.0.1" in eval_shop.hosts()
    assert eval_shop.strange_hosts() == set()


def test_a_conversation_that_waits_is_known(eval_shop: EvalShop) -> None:
    [talk] = [each for each in read_talks() if each.name == "english 16"]
    [expected] = talk.turns
    had = exchange(eval_shop, eval_shop.guest(), expected.says, **talk.fields)

    assert eval_shop.waits_for_staff(had.reply.conversation)


def test_two_models_are_compared(eval_shop: EvalShop, material: Material) -> None:
    """The scripted one under two names, in the shop that is open; it was asked by its name."""
    contenders = [Contender("small", {}), Contender("large", {})]
    talks = material.talks[:2]

    compared = compare(contenders, talks, lambda contender: nullcontext(eval_shop))

    asked = eval_shop.whole.model.calls()[-1]["body"]
    assert all(each.is_good for outcomes in compared.values() for each in outcomes)
    assert [len(outcomes) for outcomes in compared.values()] == [2, 2]
    assert asked["model"] == "named"
    assert "Be brief." in asked["messages"][0]["content"]
