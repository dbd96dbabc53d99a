"""Faults that are put into the tools on purpose: with each of them the conversations must fall
below their bar, or the evals would not notice it.
"""

from collections.abc import Sequence

from backend.tools.toolbox import find_tools
from evals.conversation_files import Talk
from evals.conversation_runs import run_talks
from evals.eval_shop import OTTOS, EvalShop
from evals.watched_tools import Fault

SHIFTED = ("search_products", "get_product")
LEAKED = ("search_products", "check_order")
# Conversations that are had with a fault: enough to see it.
MOST_PROBES = 6


def list_faults(shop: EvalShop) -> list[Fault]:
    """Each tool dropped, the prices of those that tell some shifted, Otto's rows leaked."""
    ottos = shop.shop_id(OTTOS)
    return [
        *(Fault("dropped", tool.name) for tool in find_tools()),
        *(Fault("shifted", tool) for tool in SHIFTED),
        *(Fault("leaked", tool, ottos) for tool in LEAKED),
    ]


def list_unnoticed(
    shop: EvalShop, faults: Sequence[Fault], good: Sequence[Talk], bar: float
) -> list[Fault]:
    """Those with which the conversations stay above their bar; `good` ones do without a fault."""
    return [fault for fault in faults if not _is_noticed(shop, fault, good, bar)]


def _is_noticed(shop: EvalShop, fault: Fault, good: Sequence[Talk], bar: float) -> bool:
    probes = [talk for talk in good if uses_tool(talk, fault.tool)][:MOST_PROBES]
    shop.breaks(fault)
    outcomes = run_talks(shop, probes)
    shop.breaks()

    still_good = sum(outcome.is_good for outcome in outcomes)
    return bool(probes) and still_good / len(probes) < bar


def uses_tool(talk: Talk, tool: str) -> bool:
    """What is searched is shown, without a word about the tool that does it."""
    for turn in talk.turns:
        is_shown = tool == "show_products" and (turn.shows or turn.any)
        if tool in turn.calls or is_shown:
            return True
    return False
