"""One sample shop for the stories of the evals."""

from collections.abc import Iterator

import pytest

from evals.eval_shop import EvalShop, open_eval_shop


@pytest.fixture(scope="module")
def eval_shop() -> Iterator[EvalShop]:
    with open_eval_shop() as shop:
        yield shop
