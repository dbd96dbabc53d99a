"""Answers about products: what fits, what one costs, what is said of it. Cards show them; no price
is written here.
"""

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from backend.assistant.answer_evidence import find_evidence
from backend.assistant.intents import Intent, Request
from backend.assistant.rule_turn import Answer, Turn
from backend.assistant.sentences import split_sentences
from backend.catalog import lexicon
from backend.catalog.folding import fold
from backend.catalog.lexicon import LANGUAGES, Kind
from backend.catalog.question import read_question
from backend.catalog.terms import Field, language_of, weigh

SEARCH, SHOW, READ = "search_products", "show_products", "get_product"
FEW, MANY = 3, 6
MOST_QUERY_CHARACTERS, MOST_SAID_CHARACTERS = 400, 80
MARKUP = re.compile(r"[\[\]()*_<>`#|~\\]")
# What Shopify calls the option of a product that has none.
ONLY_OPTION = "Title"
# After these, `more` and `the second one` mean the products that were shown.
ABOUT_PRODUCTS = (Intent.PRODUCT_SEARCH, Intent.PRODUCT_DETAIL, Intent.PRICE)

Product = Mapping[str, Any]


def search(turn: Turn) -> Answer:
    words = turn.request.words
    if turn.has(SHOW):
        yield from _after_cards(turn)
    elif turn.has(SEARCH):
        yield from _show_found(turn, words, _introduced(turn))
    elif not words:
        yield turn.say("what_product")
    else:
        yield from _begin_search(turn, words, FEW)


def show_more(turn: Turn) -> Answer:
    """The same search again, as far as it goes."""
    before = _last_search(turn)

    if before is None:
        yield turn.say("what_product")
    elif turn.has(SHOW):
        yield from _after_cards(turn)
    elif turn.has(SEARCH) and 0 < len(_found(turn) or ()) <= FEW:
        yield turn.say("no_more")
    elif turn.has(SEARCH):
        yield from _show_found(turn, before.words, turn.say("found_all"))
    else:
        yield from _begin_search(turn, before.words, MANY)


def show_picked(turn: Turn) -> Answer:
    """One of those that were shown, by its place among them."""
    before = _last_search(turn)

    if before is None:
        yield turn.say("which_product")
    elif turn.has(SHOW):
        yield from _after_cards(turn)
    elif turn.has(SEARCH):
        yield from _show_one(turn, "here_it_is", turn.request.place or 1)
    else:
        has_seen_more = turn.earlier[0].intent is Intent.MORE
        yield from _begin_search(turn, before.words, MANY if has_seen_more else FEW)


@dataclass(frozen=True, slots=True)
class _Subject:
    """The product that is meant: one of those that a search finds."""

    words: str
    place: int = 1


def show_price(turn: Turn) -> Answer:
    handle = handle_of_page(turn)
    if turn.has(SHOW):
        yield from _after_cards(turn)
    elif turn.has(SEARCH):
        yield from _show_one(turn, "price", _subject(turn).place)
    elif handle:
        yield turn.say("price")
        yield from _cards(turn, [handle])
    else:
        yield from _search_subject(turn)


def tell_detail(turn: Turn) -> Answer:
    handle = handle_of_page(turn)

    if turn.has(SHOW):
        yield from _after_cards(turn)
    elif turn.has(READ):
        yield from _quote_product(turn)
    elif turn.has(SEARCH):
        yield from _read_found(turn)
    elif handle:
        yield from _read_product(turn, handle)
    else:
        yield from _search_subject(turn)


def handle_of_page(turn: Turn) -> str:
    """The product before the shopper, if the question is about that one."""
    page, request = turn.asker.page, turn.request
    handle = str(page.get("handle") or "")
    if not handle or request.is_this or not request.words:
        return handle
    return handle if _means(request.words, str(page.get("title") or ""), turn) else ""


def _means(
    words: str,
    title: str,
    turn: Turn,
) -> bool:
    """Whether a title has the thing that the words name."""
    terms = weigh([Field(title, 100)], language_of(title)).keys()
    units = read_question(words, turn.languages).units
    named = [unit for unit in units if unit.kind in (None, Kind.THING)]
    return any(not terms.isdisjoint(unit.answers) for unit in named)


def _subject(turn: Turn) -> _Subject:
    """What the words name; what was spoken of before, when they only point at it."""
    request = turn.request
    if request.words and not request.is_this:
        return _Subject(request.words)

    before = _last_search(turn)
    if before and turn.earlier[0].intent is Intent.PICK:
        return _Subject(before.words, turn.earlier[0].place or 1)
    if before and before.intent is not Intent.PRODUCT_SEARCH:
        return _Subject(before.words)
    return _Subject(request.words)


def _search_subject(turn: Turn) -> Answer:
    subject = _subject(turn)
    if subject.words:
        yield from _begin_search(turn, subject.words, max(FEW, subject.place))
    else:
        yield turn.say("which_product")


def _last_search(turn: Turn) -> Request | None:
    for request in turn.earlier:
        if request.intent in ABOUT_PRODUCTS and request.words:
            return request
    return None


def _begin_search(
    turn: Turn,
    words: str,
    limit: int,
) -> Answer:
    if SEARCH not in turn.tools:
        yield from turn.give_up()
        return
    yield turn.call(SEARCH, query=words[:MOST_QUERY_CHARACTERS], limit=limit)


def _found(turn: Turn) -> list[Product] | None:
    """None when the search did not work."""
    facts = turn.results[SEARCH]
    if facts is None:
        return None
    products = facts.get("products") or []
    return [each for each in products if isinstance(each, Mapping)]


def _introduced(turn: Turn) -> str:
    """Says so when other words were searched for than were written."""
    understood = (turn.results[SEARCH] or {}).get("understood")
    if isinstance(understood, str) and understood:
        return turn.say("found_for", words=_shortened(understood))
    return turn.say("found")


def _show_found(
    turn: Turn,
    words: str,
    introduction: str,
) -> Answer:
    products = _found(turn)

    if products is None:
        yield from turn.give_up()
    elif not products:
        yield from turn.give_up("nothing_found", words=_shortened(words))
    elif SHOW in turn.tools:
        yield introduction
        yield from _cards(turn, [str(each["handle"]) for each in products])
    else:
        yield turn.say("titles", titles=_titles(products))


def _show_one(
    turn: Turn,
    introduction: str,
    place: int,
) -> Answer:
    products = _found(turn)

    if products is None:
        yield from turn.give_up()
    elif not products:
        yield from turn.give_up("nothing_found", words=_shortened(turn.request.words))
    elif place > len(products):
        yield turn.say("which_product")
    else:
        product = products[place - 1 if place > 0 else place]
        yield turn.say(introduction)
        yield from _cards(turn, [str(product["handle"])])


def _cards(
    turn: Turn,
    handles: Sequence[str],
) -> Answer:
    if SHOW in turn.tools:
        yield turn.call(SHOW, handles=list(handles[:MANY]))
    elif turn.has(SEARCH):
        yield turn.say("titles", titles=_titles(_found(turn) or []))


def _after_cards(turn: Turn) -> Answer:
    """They have said it all, unless they could not be shown."""
    if turn.results[SHOW] is None:
        yield from turn.give_up()


def _read_found(turn: Turn) -> Answer:
    products = _found(turn)
    if products is None:
        yield from turn.give_up()
    elif not products:
        yield from turn.give_up("nothing_found", words=_shortened(turn.request.words))
    else:
        place = min(_subject(turn).place, len(products))
        product = products[place - 1 if place > 0 else place]
        yield from _read_product(turn, str(product["handle"]))


def _read_product(
    turn: Turn,
    handle: str,
) -> Answer:
    if READ in turn.tools:
        yield turn.call(READ, handle=handle)
    else:
        yield turn.say("here_it_is")
        yield from _cards(turn, [handle])


def _quote_product(turn: Turn) -> Answer:
    product = (turn.results[READ] or {}).get("product")
    if not isinstance(product, Mapping):
        yield from turn.give_up()
        return

    title = str(product.get("title") or "")
    evidence = find_evidence(
        turn.question, [_all_text(product)], turn.languages, subject=title
    )
    if evidence:
        yield turn.say("detail", title=title, quote=evidence.text)
    else:
        yield from turn.give_up("detail_unknown", title=title)
    if product.get("available") is False:
        yield turn.join("", turn.say("sold_out"))
    yield from _cards(turn, [str(product.get("handle") or "")])


def _all_text(product: Product) -> str:
    """The description without its prices, and each option with its values as a sentence."""
    description = str(product.get("description") or "")
    sentences = [
        f"{each.heading}\n{each.text}"
        for each in split_sentences(description)
        if not _money().search(fold(each.text))
    ]

    options = [
        f"{option['name']}: {', '.join(map(str, option['values']))}."
        for option in product.get("options") or ()
        if option.get("name") != ONLY_OPTION
    ]
    return "\n".join([*sentences, *options])


@cache
def _money() -> re.Pattern[str]:
    """An amount of any currency, with its sign or name in any of our languages."""
    names = {
        fold(name)
        for language in LANGUAGES
        for listed in lexicon.filler()[language]["currency"].values()
        for name in listed
    }
    either = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(rf"\d\s?(?:{either})(?!\w)|(?<!\w)(?:{either})\s?\d")


def _shortened(words: str) -> str:
    """As it is said again: not too much, and nothing that Markdown would make something of."""
    plain = " ".join(MARKUP.sub(" ", words).split())
    return textwrap.shorten(plain, MOST_SAID_CHARACTERS, placeholder="…")


def _titles(products: Sequence[Product]) -> str:
    return ", ".join(str(each.get("title") or "") for each in products)
