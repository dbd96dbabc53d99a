"""A bulk order's draft order once more: for what was not created yet, was refused, or was not
allowed.
"""

from backend.chat import placing
from backend.flows.request_records import OrderState, Request
from backend.services import Services

MAY_TRY = (
    OrderState.PENDING,
    OrderState.REFUSED,
    OrderState.NO_ACCESS,
)


def may_try_again(request: Request) -> bool:
    return request.order_state in MAY_TRY


def try_again(services: Services, shop_id: int, request_id: str) -> None:
    """Any process creates it, at once; one that is there already stays as it is. Raises
    NotFound.
    """
    placing.try_again(services, shop_id, request_id)
