"""The flows that there are, by name, and which of them a shop has switched on."""

from backend.flows.bulk_order import BULK_ORDER
from backend.flows.callback_request import CALLBACK_REQUEST
from backend.shops.settings import Settings

FLOWS = {flow.name: flow for flow in (BULK_ORDER, CALLBACK_REQUEST)}


def is_on(name: str, chosen: Settings) -> bool:
    """Whether the merchant offers it; a flow that nobody knows is off."""
    switches = {
        BULK_ORDER.name: chosen.bulk_orders,
        CALLBACK_REQUEST.name: chosen.callbacks,
    }
    return switches.get(name, False)
