"""How far the words of a clause are the title of a product."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.catalog.products import Product
from backend.flows import option_values, variant_values
from backend.flows.ordering_words import listed
from backend.flows.phrases import Wording
from backend.flows.title_cover import Cover, Hit
from backend.flows.titles import Title, title_of_product


@dataclass(frozen=True, slots=True)
class Fit:
    """`hits` has one for each word of the clause's content that tells no variant; `covered` are the
    places of the title's words that were said, `used` the words that said them.
    """

    product: Product
    title: Title
    hits: tuple[Hit, ...]
    covered: frozenset[int]
    used: frozenset[str]
    typos: int
    is_exact: bool

    @property
    def is_whole(self) -> bool:
        """Whether the whole title was said."""
        return len(self.covered) >= len(self.title.needed) > 0

    @property
    def names_thing(self) -> bool:
        """Whether its head was said, or its beginning: a `golden spoon` is a Golden Spoon Fishing
        Lure, and a `laptop` no Laptop Skin.
        """
        last = max(self.covered, default=-1)
        head = self.title.words[last + 1 :]
        if self.covered and all(word in listed("flourish") for word in head):
            return True
        ordered = sorted(self.title.needed)[: len(self.covered)]
        return len(self.covered) > 1 and ordered == sorted(self.covered)

    @property
    def is_run(self) -> bool:
        """Whether what was said stands together in the title."""
        ordered = sorted(self.covered)
        return (
            ordered
            == list(
                range(
                    ordered[0],
                    ordered[-1] + 1,
                )
            )
            if ordered
            else False
        )

    @property
    def literal(self) -> int:
        return sum(hit >= Hit.TYPO for hit in self.hits)

    @property
    def missed(self) -> int:
        return sum(hit is Hit.MISS for hit in self.hits)

    def has_all(self, least: Hit) -> bool:
        return bool(self.hits) and min(self.hits) >= least


def measure(
    wording: Wording,
    product: Product,
    languages: Sequence[str],
) -> Fit:
    title = title_of_product(product)
    cover = Cover(title, tuple(languages), wording.strange)
    cover.take(wording.said)

    values = option_values.values_of(product)
    hits = [
        cover.hit(word, product)
        for word in wording.content
        if word in cover.used or not variant_values.may_tell(word, values)
    ]

    return Fit(
        product,
        title,
        tuple(hits),
        title.needed & frozenset(cover.places),
        cover.used,
        cover.typos,
        all(title.words[place] in cover.used for place in title.needed),
    )
