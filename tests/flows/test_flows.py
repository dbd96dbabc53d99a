"""The flows that there are, and what a merchant has switched on."""

from backend.flows.flows import FLOWS, is_on
from backend.flows.replies import say
from backend.shops.settings import Settings


def test_both_are_offered_until_the_merchant_says_otherwise() -> None:
    assert all(is_on(name, Settings()) for name in FLOWS)
    assert not is_on("bulk_order", Settings(bulk_orders=False))
    assert is_on("callback_request", Settings(bulk_orders=False))
    assert not is_on("callback_request", Settings(callbacks=False))


def test_a_flow_that_nobody_knows_is_off() -> None:
    assert not is_on("raffle", Settings())
    assert not is_on("", Settings())


def test_each_is_found_by_its_name_and_its_steps_fit_the_table() -> None:
    for name, flow in FLOWS.items():
        assert flow.name == name
        assert len(name) <= 16
        assert all(len(step.name) <= 8 for step in flow.steps)


def test_each_step_has_its_title() -> None:
    steps = {step.name for flow in FLOWS.values() for step in flow.steps}

    assert all(say(f"title_{step}", "ml") for step in steps)
