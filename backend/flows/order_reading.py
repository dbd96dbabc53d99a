"""An order in a shopper's own words, as lines of real products: by code alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from backend.catalog import store_search, sync_state, terms
from backend.catalog.lexicon import LANGUAGES
from backend.flows.drafts import read_drafts
from backend.flows.order_lines import read_lines
from backend.flows.orders import Line, OrderLimits
from backend.flows.shelf import CatalogShelf, Shelf
from backend.flows.store_shelf import StoreShelf
from backend.services import Services

MOST_CHARACTERS = 60_000
USUAL = OrderLimits()


@dataclass(frozen=True, slots=True)
class Reading:
    """`more` says that there were more lines than are read."""

    lines: tuple[Line, ...] = ()
    more: bool = False

    @property
    def is_order(self) -> bool:
        return bool(self.lines)


def read_order(
    services: Services,
    shop_id: int,
    text: str,
    locale: str | None = None,
    limits: OrderLimits = USUAL,
) -> Reading:
    """A message that orders nothing gives no lines. It may wait for the store, so never call it
    inside a transaction.
    """
    with open_shelf(services, shop_id, text, locale) as shelf:
        return read_with(shelf, text, limits)


def read_with(
    shelf: Shelf,
    text: str,
    limits: OrderLimits = USUAL,
) -> Reading:
    listed = read_drafts(text[:MOST_CHARACTERS], shelf.languages)
    found = read_lines(shelf, listed)
    lines = tuple(line.close(limits) for line in found[: limits.lines])
    return Reading(lines, len(found) > limits.lines)


@contextmanager
def open_shelf(
    services: Services, shop_id: int, text: str, locale: str | None
) -> Iterator[Shelf]:
    """The shop's goods for one message, read in its languages."""
    with services.db.reading() as connection:
        sync = sync_state.find_sync(connection, shop_id)

    languages = choose_languages(text, locale, sync.language)
    if not sync.is_filled:
        yield StoreShelf(services, shop_id, locale, languages)
        return
    with services.db.reading() as connection:
        yield CatalogShelf(connection, shop_id, languages)


def choose_languages(
    text: str, locale: str | None, shop_language: str
) -> tuple[str, ...]:
    """The shopper's, those that the text is written in, and the shop's."""
    likely = store_search.choose_languages(locale, shop_language)
    written = [each for each, script in terms.SCRIPTS.items() if script.search(text)]
    guessed = terms.language_of(text, likely[0])
    found = dict.fromkeys([likely[0], *written, guessed, *likely])
    return tuple(each for each in found if each in LANGUAGES)
