"""The goods of a shop as an order is read against them: by number, by name and by handle, for many
lines at once.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from backend.catalog import postings, product_records, spellings
from backend.catalog.folding import bare, is_unspaced
from backend.catalog.postings import Place
from backend.catalog.postings import Shelf as Kind
from backend.catalog.products import Product, Variant
from backend.catalog.term_keys import key_of
from backend.flows.phrases import WordTerms, terms_of

# Of the products that fit a name's words best, so many are looked at.
MOST_NAMED = 16
# A term that more products have tells little.
MOST_USES = 5_000
# Words that the shop does not know are mended, as far as that is quick.
MOST_MENDED = 60
SHORTEST_MENDED = 4
LITERAL, MEANT = 10, 6


@dataclass(frozen=True, slots=True)
class Numbered:
    """What has a part number or a barcode; `variant` is None where several variants have it."""

    product: Product
    variant: Variant | None


@dataclass(frozen=True, slots=True)
class Named:
    """Products for each name; the shop knows none of the `strange` words."""

    products: Sequence[Sequence[Product]]
    strange: frozenset[str]


class Shelf(Protocol):
    """Where goods are looked for."""

    languages: tuple[str, ...]

    def find_numbered(
        self,
        codes: Collection[str],
    ) -> Mapping[str, list[Numbered]]:
        """By the codes as they were given; those that nothing has are left out."""

    def find_named(self, names: Sequence[Sequence[str]]) -> Named:
        """For each name's words the products that have most of them in their titles."""

    def find_handles(
        self,
        handles: Sequence[str],
    ) -> Mapping[str, Product]: ...


@dataclass(slots=True)
class CatalogShelf:
    """The copy of a shop's catalog."""

    connection: Connection
    shop_id: int
    languages: tuple[str, ...]

    def find_numbered(
        self,
        codes: Collection[str],
    ) -> Mapping[str, list[Numbered]]:
        keys = {key_of(f"={bare(code)}"): code for code in codes if bare(code)}
        known = postings.count_items(self.connection, self._place, keys)
        if not known:
            return {}

        rows = postings.list_all(self.connection, self._place, known)
        products = self._load({item for _, item, _ in rows})
        found: dict[str, list[Numbered]] = defaultdict(list)
        wanted = {bare(code): code for code in codes}
        for product in products.values():
            for number, variants in _numbers_of(product).items():
                if number in wanted:
                    one = variants[0] if len(variants) == 1 else None
                    found[wanted[number]].append(Numbered(product, one))
        return _by_spelling(codes, found)

    def find_named(self, names: Sequence[Sequence[str]]) -> Named:
        words = {word for name in names for word in name}
        terms = {word: terms_of(word, self.languages) for word in words}
        strange = self._list_strange(terms)
        terms |= self._mend(strange)

        titled = self._list_titled(terms.values())
        best = [_best(name, terms, titled) for name in names]
        products = self._load({item for items in best for item in items})
        listed = [_of(items, products) for items in best]
        return Named(listed, frozenset(strange))

    def find_handles(
        self,
        handles: Sequence[str],
    ) -> Mapping[str, Product]:
        return product_records.find_by_handles(self.connection, self.shop_id, handles)

    def _list_strange(
        self,
        terms: Mapping[str, WordTerms],
    ) -> list[str]:
        """Words that neither the shop nor the lexicon knows."""
        keys = {key_of(term) for each in terms.values() for term in each.all}
        uses = postings.count_items(self.connection, self._place, keys)
        return sorted(
            word
            for word, each in terms.items()
            if _may_be_mistyped(word)
            and not each.meant
            and not any(uses.get(key_of(term)) for term in each.all)
        )

    def _mend(
        self,
        strange: Sequence[str],
    ) -> dict[str, WordTerms]:
        """What mistyped words mean."""
        mended: dict[str, WordTerms] = {}
        for word in strange[:MOST_MENDED]:
            meant = spellings.find_meant(
                self.connection, self.shop_id, word, self.languages
            )
            if meant:
                mended[word] = terms_of(meant, self.languages)
        return mended

    def _list_titled(
        self,
        terms: Collection[WordTerms],
    ) -> Mapping[str, set[int]]:
        names = {key_of(term): term for each in terms for term in each.all}
        uses = postings.count_items(self.connection, self._place, names)
        telling = [key for key, number in uses.items() if number <= MOST_USES]

        titled: dict[str, set[int]] = defaultdict(set)
        for key, item in postings.list_perfect(
            self.connection,
            self._place,
            telling,
        ):
            titled[names[key]].add(item)
        return titled

    def _load(
        self,
        items: Collection[int],
    ) -> dict[int, Product]:
        found = product_records.list_products(
            self.connection, self.shop_id, sorted(items)
        )
        return {product.number: product for product in found}

    @property
    def _place(self) -> Place:
        return Place(self.shop_id, Kind.PRODUCTS)


def _may_be_mistyped(word: str) -> bool:
    has_figure = any(map(str.isdigit, word))
    return len(word) >= SHORTEST_MENDED and not has_figure and not is_unspaced(word)


def _best(
    name: Sequence[str], terms: Mapping[str, WordTerms], titled: Mapping[str, set[int]]
) -> list[int]:
    points: dict[int, int] = defaultdict(int)
    for word in dict.fromkeys(name):
        literal = _items(terms[word].literal, titled)
        meant = _items(terms[word].meant, titled) - literal
        for item in literal:
            points[item] += LITERAL
        for item in meant:
            points[item] += MEANT

    ordered = sorted(points, key=_MostFirst(points))
    return ordered[:MOST_NAMED]


def _of(
    items: Sequence[int],
    products: Mapping[int, Product],
) -> list[Product]:
    return [products[item] for item in items if item in products]


def _items(
    terms: Collection[str],
    titled: Mapping[str, set[int]],
) -> set[int]:
    return set().union(
        *(
            titled.get(
                term,
                (),
            )
            for term in terms
        )
    )


@dataclass(frozen=True, slots=True)
class _MostFirst:
    points: Mapping[int, int]

    def __call__(self, item: int) -> tuple[int, int]:
        return -self.points[item], item


def _numbers_of(product: Product) -> Mapping[str, list[Variant]]:
    found: dict[str, list[Variant]] = defaultdict(list)
    for variant in product.variants:
        for number in {bare(variant.sku), bare(variant.barcode)} - {""}:
            found[number].append(variant)
    return found


def _by_spelling(
    codes: Collection[str], found: Mapping[str, list[Numbered]]
) -> dict[str, list[Numbered]]:
    """Two codes may differ in their dashes alone."""
    by_bare = {bare(code): goods for code, goods in found.items()}
    return {code: by_bare[bare(code)] for code in codes if bare(code) in by_bare}
