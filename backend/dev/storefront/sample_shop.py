"""Tide & Timber, the sample shop: its goods, collections, pages, policies and journal as Liquid and
the Ajax API show them.

Values are plain mappings because Liquid reads mappings. Prices are in cents.
"""

from collections.abc import Callable, Sequence
from functools import cache
from operator import itemgetter

from backend.dev.storefront.sample_goods import Thing as Thing
from backend.dev.storefront.sample_goods import build_product, read_goods
from backend.dev.storefront.sample_texts import build_blog, build_page, build_policy

NAME = "Tide & Timber"
DOMAIN = "flux-demo.myshopify.com"
CURRENCY = "EUR"
# The goods are described in the first two; where a word is missing in another language, the English
# one is shown.
LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "hi": "हिन्दी",
    "ml": "മലയാളം",
    "ja": "日本語",
    "ar": "العربية",
}
# What separates thousands and cents where it is not as in English; French has a narrow space that
# does not break.
COMMA_LANGUAGES = {"de": ".,", "es": ".,", "fr": "\u202f,"}
CUSTOMERS = {7001: "Ana", 7002: "Mira"}
# What stands in questions and says nothing about the goods.
SMALL_WORDS = """
about and any are can for have how show the there this what which with you your
das den der die ein eine einen für gibt haben habt ihr ist mit sie sind und was
"""


class Catalog:
    """Everything that the shop shows in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.root = "/" if language == "en" else f"/{language}/"
        shop = read_goods("collections", language)
        collections = shop["collections"]
        self._everything: str = shop["everything"]

        self.products = self._build_products(collections)
        self.collections = [self._build_collection(raw) for raw in collections]

        self.pages = self._build_texts("pages", build_page)
        self.policies = self._build_texts("policies", build_policy)

        journal = read_goods("journal", language)
        self.blog = build_blog(journal, self.root)
        self.articles: Sequence[Thing] = self.blog["articles"]

    def find_product(self, handle: str) -> Thing | None:
        return _find_thing(self.products, handle)

    def find_collection(self, handle: str) -> Thing | None:
        return (
            self.everything
            if handle == "all"
            else _find_thing(self.collections, handle)
        )

    def find_page(self, handle: str) -> Thing | None:
        return _find_thing(self.pages, handle)

    def find_policy(self, handle: str) -> Thing | None:
        return _find_thing(self.policies, handle)

    def find_article(self, handle: str) -> Thing | None:
        return _find_thing(self.articles, handle)

    def find_variant(self, variant_id: int) -> tuple[Thing, Thing] | None:
        """The product and the variant."""
        for product in self.products:
            for variant in product["variants"]:
                if variant["id"] == variant_id:
                    return product, variant
        return None

    def search(self, words: str) -> list[Thing]:
        """Products that have something to do with any of the words, the best first; of equals,
        those which can be bought.
        """
        wanted = _searched_words(words)
        ranked = []
        for product in self.products:
            closeness = _count_matches(product, wanted)
            if closeness:
                ranked.append((closeness, product["available"], product))

        ranked.sort(key=itemgetter(0, 1), reverse=True)
        return [product for _, _, product in ranked]

    @property
    def everything(self) -> Thing:
        url = f"{self.root}collections/all"
        return {
            "handle": "all",
            "title": self._everything,
            "description": "",
            "url": url,
            "products": self.products,
        }

    def _build_products(self, collections: Sequence[Thing]) -> Sequence[Thing]:
        """The oldest first, whatever collection they are in."""
        products: list[Thing] = []
        for collection in collections:
            handle = collection["handle"]
            for raw in read_goods(handle, self.language):
                product = build_product(raw, handle, self.root)
                products.append(product)
        return sorted(products, key=itemgetter("id"))

    def _build_collection(self, raw: Thing) -> Thing:
        products = [product for product in self.products if _is_part(product, raw)]
        return {
            **raw,
            "url": f"{self.root}collections/{raw['handle']}",
            "products": products,
        }

    def _build_texts(
        self, name: str, build: Callable[[Thing, str], Thing]
    ) -> Sequence[Thing]:
        texts = read_goods(name, self.language)
        return [build(text, self.root) for text in texts]


@cache
def catalog(language: str) -> Catalog:
    return Catalog(language)


def money(cents: int, language: str) -> str:
    """As the shop prints prices: €1,249.00, 1.249,00 € or 1 249,00 €."""
    english = f"{cents / 100:,.2f}"
    if marks := COMMA_LANGUAGES.get(language):
        return f"{english.translate(str.maketrans(',.', marks))} €"
    return f"€{english}"


def _is_part(product: Thing, collection: Thing) -> bool:
    """A collection may also take what has its tag from all others, as automated ones do."""
    is_its_own = product["collection"] == collection["handle"]
    tag = collection.get("tag")
    return is_its_own or tag in product["tags"]


def _find_thing(things: Sequence[Thing], handle: str) -> Thing | None:
    for thing in things:
        if thing["handle"] == handle:
            return thing
    return None


def _searched_words(question: str) -> list[str]:
    small = SMALL_WORDS.split()
    words = []
    for written in question.casefold().split():
        word = written.strip(".,;:!?¿\"'()")
        if len(word) > 2 and word not in small:
            words.append(word)
    return words


def _count_matches(product: Thing, words: Sequence[str]) -> int:
    title = product["title"].casefold()
    names = [*product["tags"], *title.split()]
    return sum(_is_about(word, names) for word in words)


def _is_about(word: str, names: Sequence[str]) -> bool:
    """ "mugs" is about a mug, and "bow" (half a word, still being typed) about a bowl."""
    return any(
        name.startswith(word) or word.startswith(name) and len(name) > 2
        for name in names
    )
