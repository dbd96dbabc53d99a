"""Which variant of a product a clause asks for, and what is to be asked about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from backend.catalog.products import Product, Variant
from backend.flows import option_values, variant_values
from backend.flows.option_values import value_of
from backend.flows.orders import Ask
from backend.flows.variant_values import Said

# Kinds of values of which one that is said excludes all others.
NOTHING = Said()
COUNTED = ("pack", "pairs", "single")


@dataclass(frozen=True, slots=True)
class Choice:
    """`several` are the variants where more than one value of an option was said, or none."""

    variant: Variant | None
    asks: tuple[str, ...] = ()
    several: tuple[Variant, ...] = ()
    said: bool = False
    is_list: bool = False


def choose(
    product: Product,
    said: Said,
    before: Said = NOTHING,
) -> Choice:
    """What is not said of an option may have been said `before`."""
    if not product.options:
        return _without_options(product, said)

    left = list(product.variants)
    told = many = False
    for place, option in enumerate(product.options):
        values = _said_values(option.values, said)
        values = values or _said_values(option.values, before)
        told = told or bool(values)
        many = many or len(values) > 1
        if values:
            left = [
                each
                for each in left
                if _value(
                    each,
                    place,
                )
                in values
            ]

    if _is_missing(product, said):
        return Choice(
            None,
            (Ask.NO_VARIANT.value,),
            product.variants,
            True,
        )
    return _decide(left, told, many)


def settled(variant: Variant) -> Choice:
    """One that is known for sure, such as by its part number."""
    asks = () if variant.available else (Ask.SOLD_OUT.value,)
    return Choice(variant, asks, said=True)


def _decide(
    left: Sequence[Variant],
    told: bool,
    many: bool,
) -> Choice:
    if not left:
        return Choice(
            None,
            (Ask.NO_VARIANT.value,),
            (),
            True,
        )
    if len(left) == 1:
        one = settled(left[0])
        return Choice(one.variant, one.asks, said=told)

    asks: tuple[str, ...] = (Ask.VARIANT.value,)
    if not any(each.available for each in left):
        asks = (Ask.VARIANT.value, Ask.SOLD_OUT.value)
    return Choice(None, asks, tuple(left), told, many)


def _without_options(product: Product, said: Said) -> Choice:
    """A size or a pack that was asked for is none that there is."""
    variant = product.variants[0]
    if any(
        each.startswith(
            (
                "size:",
                "pack:",
                "pairs:",
            )
        )
        for each in said.specs
    ):
        return Choice(
            variant,
            (Ask.NO_VARIANT.value,),
            (),
            True,
        )
    return settled(variant)


def _value(variant: Variant, place: int) -> str:
    return variant.options[place] if place < len(variant.options) else ""


def _said_values(
    values: Iterable[str],
    said: Said,
) -> list[str]:
    found = [
        value
        for value in values
        if variant_values.says(
            said,
            value,
        )
    ]
    exact = [value for value in found if _is_exact(value, said)]
    return exact or found


def _is_exact(value: str, said: Said) -> bool:
    """Its very words: `navy` is not blue as well."""
    wanted = value.casefold().split()
    return bool(wanted) and all(word in said.words for word in wanted)


def _is_missing(product: Product, said: Said) -> bool:
    """Whether something was said of which the product has other values alone."""
    values = [value for option in product.options for value in option.values]
    missing = [
        spec
        for spec in said.specs
        if not _is_met(
            spec,
            values,
        )
    ]
    if any(_concerns(spec, values) for spec in missing):
        return True

    kinds = {value_of(value).kind for value in values}
    if kinds & {"size", "number"}:
        sizes = option_values.sizes_in(said.words)
        known = {value_of(value).key for value in values}
        if any(size not in known and size in said.words for size in sizes):
            return True
    return _lacks_colour(values, said)


def _is_met(spec: str, values: Iterable[str]) -> bool:
    return any(
        variant_values.says(
            Said((), (spec,)),
            value,
        )
        for value in values
    )


def _concerns(spec: str, values: Sequence[str]) -> bool:
    """Whether the product's values are of the same kind."""
    kind, _, told = spec.partition(":")
    kinds = {value_of(value).kind for value in values}
    if kind in COUNTED:
        return bool(kinds & set(COUNTED))
    if kind == "size":
        return True

    unit = option_values.measure_of(told).lstrip("0123456789.")
    units = {
        value_of(value).key.lstrip("0123456789.")
        for value in values
        if value_of(value).kind == "measure"
    }
    return unit in units


def _lacks_colour(values: Sequence[str], said: Said) -> bool:
    colours = [word for word in said.words if variant_values.is_colour(word)]
    has_colours = any(variant_values.is_colour(value.casefold()) for value in values)
    if not colours or not has_colours:
        return False
    return not any(variant_values.says(said, value) for value in values)
