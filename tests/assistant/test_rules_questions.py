"""No key at all: the real app answers 60 questions in each of eight languages from the sample
shop's own products, pages and policies, and says so where it cannot.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import quantiles

import pytest

from backend.catalog.lexicon import LANGUAGES
from tests.support.merchants import Merchant
from tests.support.people import Person
from tests.support.pretend_shopify import AdminApi
from tests.support.pretend_stores import PretendStore
from tests.support.rules_questions import (
    OF_DOCUMENTS,
    PER_KIND,
    Question,
    Reply,
    is_right,
    read_questions,
)
from tests.support.running_app import RunningApp
from tests.support.shop_catalogs import ShopCatalog
from tests.support.stores import Stores
from tests.support.waiting import wait_until

SHOP = "tide-without-a-key.myshopify.com"
LEAST_RIGHT = 0.85
MOST_SECONDS = 2.0
# As many shoppers ask at once.
SHOPPERS = 4
NO_LIMIT = "100000"
WITHOUT_KEY = {
    "OPENAI_API_KEY": "",
    "OPENAI_BASE_URL": "",
    "WITHOUT_MODEL": "rules",
    "SHOP_MESSAGES_PER_MINUTE": NO_LIMIT,
    "ADDRESS_MESSAGES_PER_MINUTE": NO_LIMIT,
}

Asked = tuple[Question, Reply]


@pytest.fixture(scope="module")
def keyless(
    stores: Stores, pretend_shopify: AdminApi, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningApp]:
    """The app without a model, when it has read the products and pages of its shop."""
    store = PretendStore(pretend_shopify.base, SHOP)
    store.sells_all()
    store.grants()
    folder: Path = tmp_path_factory.mktemp("keyless")
    settings = pretend_shopify.settings | WITHOUT_KEY
    app = RunningApp(stores.new("sqlite"), folder, **settings).start()
    kept = ShopCatalog(app, SHOP)

    Merchant(app.base, SHOP).opens()
    wait_until(lambda: kept.is_ready and not kept.jobs(), "the catalog is filled")
    yield app
    app.close()


@pytest.fixture(scope="module")
def asked(keyless: RunningApp) -> Mapping[str, Sequence[Asked]]:
    """All questions of all languages, each with its reply."""
    questions = [each for language in LANGUAGES for each in read_questions(language)]
    with ThreadPoolExecutor(SHOPPERS) as shoppers:
        replies = list(shoppers.map(partial(ask, keyless), questions))

    pairs = list(zip(questions, replies, strict=True))
    return {
        language: [pair for pair in pairs if pair[0].language == language]
        for language in LANGUAGES
    }


def ask(app: RunningApp, question: Question) -> Reply:
    """As a shopper who was never there before."""
    shopper = Person(app.base, SHOP)
    began = time.monotonic()
    turn = shopper.says(question.text, locale=question.language).turn
    followed = shopper.follows(turn)
    seconds = time.monotonic() - began

    parts = [event.data["part"] for event in followed.events if event.name == "part"]
    return Reply(followed.text, parts, seconds)


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_questions_are_answered_with_the_right_part(
    asked: Mapping[str, Sequence[Asked]], language: str
) -> None:
    of_language = asked[language]
    wrong = [
        question for question, reply in of_language if not is_right(question, reply)
    ]
    unseen = [question for question in wrong if not question.is_known]

    assert len(wrong) <= (1 - LEAST_RIGHT) * len(of_language), (
        f"{len(wrong)} are wrong, {len(unseen)} of them unseen: {wrong}"
    )


def test_nobody_waits_for_it(asked: Mapping[str, Sequence[Asked]]) -> None:
    seconds = [reply.seconds for pairs in asked.values() for _, reply in pairs]

    assert quantiles(seconds, n=20)[-1] <= MOST_SECONDS


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_is_asked_in_every_language(language: str) -> None:
    questions = read_questions(language)
    counted = {kind: [each.kind for each in questions].count(kind) for kind in PER_KIND}

    assert counted == PER_KIND
    assert len({each.text for each in questions}) == sum(PER_KIND.values())
    for each in questions:
        if each.kind in ("shipping", "returns"):
            assert each.wanted in OF_DOCUMENTS
