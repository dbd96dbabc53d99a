"""One sample shop for the stories of the evals."""

from collections.abc import Iterator

import pytest

from evals.eval_shop import EvalShop
from evals.named_models import MODEL, Contender, open_contender


@pytest.fixture(scope="module")
def eval_shop() -> Iterator[EvalShop]:
    """Opened as for a model that somebody has named; the scripted one answers to any name."""
    contender = Contender("named", {MODEL: "named"}, "Be brief.")
    with open_contender(contender) as shop:
        yield shop
