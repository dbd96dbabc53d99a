"""A bulk order's draft order once more: for what was not created yet, was refused, or was not
allowed.
"""

from sqlalchemy import Connection

from backend.config import Config
from backend.errors import Invalid, NotFound
from backend.flows import requests
from backend.flows.requests import OrderState, Request
from backend.services import Services
from backend.store import job_queue

# The job that creates draft orders; its ref is the request's id.
KIND = "draft_order"
MAY_TRY = (
    OrderState.PENDING,
    OrderState.REFUSED,
    OrderState.NO_ACCESS,
)


def may_try_again(request: Request) -> bool:
    return request.order_state in MAY_TRY


def try_again(services: Services, shop_id: int, request_id: str) -> None:
    """Any process creates it, at once. Raises NotFound, Invalid."""
    services.db.write(_try_again, services.config, shop_id, request_id)


def _try_again(
    connection: Connection,
    config: Config,
    shop_id: int,
    request_id: str,
) -> None:
    request = requests.find(connection, config, shop_id, request_id)
    if request is None:
        raise NotFound
    if not may_try_again(request):
        raise Invalid("There is no draft order to create. Refresh the page.")

    requests.set_order_state(connection, request, OrderState.PENDING)
    job_queue.add_ready(connection, shop_id, KIND, request_id)
