"""What a model says that a message orders, looked up in the catalog: nothing of it is believed that
the goods, or the shopper's words, do not bear out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from backend.catalog.folding import bare, fold
from backend.catalog.products import Product, Variant
from backend.flows import matching, variant_choice
from backend.flows.matching import Match
from backend.flows.mention_kinds import What
from backend.flows.mentions import find_mentions
from backend.flows.phrases import Wording, wording_of
from backend.flows.shelf import Named, Numbered, Shelf
from backend.flows.tokenizing import tokenize
from backend.flows.variant_values import Said

NO_MATCH = Match()


@dataclass(frozen=True, slots=True)
class ModelItem:
    """One line as a model gives it; `words` are the shopper's."""

    words: str
    quantity: int | None = None
    handle: str = ""
    title: str = ""
    sku: str = ""
    variant: str = ""


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """`product` is what the model named, if the shop has it; `match` what the words name by code
    alone; `said` the words and sizes beside it.
    """

    item: ModelItem
    product: Product | None
    variant: Variant | None
    match: Match
    said: Said
    numbered: bool = False

    @property
    def is_borne_out(self) -> bool:
        """Whether the shopper's own words name the product."""
        if self.product is None:
            return False
        named = self.match.product
        return (
            self.numbered or named is not None and named.number == self.product.number
        )

    @property
    def tells_quantity(self) -> bool:
        """Whether the number stands in the words, in figures or as a word."""
        mentions = find_mentions(
            tokenize(self.item.words),
            ("en", "de", "es", "fr"),
        )
        numbers = {each.value for each in mentions if each.what is What.QUANTITY}
        return self.item.quantity in numbers


def check_items(
    shelf: Shelf,
    items: Sequence[ModelItem],
) -> list[CheckedItem]:
    skus = {item.sku for item in items if item.sku}
    handles = sorted({item.handle for item in items if item.handle})
    numbered = shelf.find_numbered(skus) if skus else {}
    handled = shelf.find_handles(handles) if handles else {}

    wordings = [_wording(item, shelf.languages) for item in items]
    names = [
        (*wording.content, *_title_words(item))
        for wording, item in _both(wordings, items)
    ]
    named = shelf.find_named(names)
    return [
        _check(_Looked(shelf.languages, numbered, handled, named), place, item)
        for place, item in enumerate(items)
    ]


def _both(
    wordings: Sequence[Wording], items: Sequence[ModelItem]
) -> Iterator[tuple[Wording, ModelItem]]:
    yield from zip(wordings, items, strict=True)


def _title_words(item: ModelItem) -> list[str]:
    return [piece.text for piece in tokenize(item.title)]


def _wording(item: ModelItem, languages: Sequence[str]) -> Wording:
    """The words without the quantity and what is a size or a pack."""
    said = [
        word
        for mention in find_mentions(tokenize(item.words), languages)
        if mention.what in (What.WORD, What.JOIN)
        for word in mention.text.split()
    ]
    return wording_of(said, languages)


@dataclass(frozen=True, slots=True)
class _Looked:
    """All that was looked up for a model's items."""

    languages: tuple[str, ...]
    numbered: Mapping[str, list[Numbered]]
    handled: Mapping[str, Product]
    named: Named

    def find(
        self, place: int, item: ModelItem
    ) -> tuple[Product | None, Variant | None]:
        numbered = self.numbered.get(item.sku, [])
        if len(numbered) == 1:
            return numbered[0].product, numbered[0].variant
        if product := self.handled.get(item.handle):
            return product, None

        titled = [
            product
            for product in self.named.products[place]
            if item.title and fold(product.title) == fold(item.title)
        ]
        return (titled[0], None) if len(titled) == 1 else (None, None)


def _check(looked: _Looked, place: int, item: ModelItem) -> CheckedItem:
    product, variant = looked.find(place, item)
    goods = list(looked.named.products[place])
    if product is not None and product not in goods:
        goods.append(product)

    wording = _wording(item, looked.languages)
    wording = replace(wording, strange=looked.named.strange)
    match = matching.match(wording, goods, looked.languages)
    said = _said(item, match, looked.languages)
    if product is not None and variant is None:
        variant = _variant(product, item, said)

    is_numbered = bool(item.sku) and bare(item.sku) in bare(item.words)
    return CheckedItem(item, product, variant, match, said, is_numbered)


def _said(
    item: ModelItem,
    match: Match,
    languages: Sequence[str],
) -> Said:
    mentions = find_mentions(tokenize(item.words), languages)
    specs = [each.text for each in mentions if each.what is What.SPEC]
    words = [
        word
        for each in mentions
        if each.what in (What.WORD, What.CODE)
        for word in each.text.split()
        if word not in match.used
    ]
    return Said(tuple(words), tuple(specs))


def _variant(
    product: Product,
    item: ModelItem,
    said: Said,
) -> Variant | None:
    """By its title, as the model gives it; else by the shopper's words."""
    for each in product.variants:
        if item.variant and fold(each.title) == fold(item.variant):
            return each
    return variant_choice.choose(product, said).variant
