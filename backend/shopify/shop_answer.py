"""What a shop's Admin API says of the shop itself. Who has it, and how to reach them, is not
asked.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from zoneinfo import available_timezones

import msgspec
from msgspec import Struct

from backend.bounds import is_storable
from backend.errors import ShopifyUnavailable
from backend.shopify.admin_answers import Fields
from backend.shopify.admin_client import Variables

Ask = Callable[[str, Variables], Fields]

MOST_CHARACTERS, MOST_LANGUAGES = 255, 50
CURRENCY, COUNTRY = re.compile("[A-Z]{3}"), re.compile("[A-Z]{2}")
LANGUAGE = re.compile("[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """Blank, where Shopify does not say, or says what nothing here could use. The shop's first
    language is its own.
    """

    name: str
    time_zone: str
    currency: str
    country: str
    languages: tuple[str, ...]


class _Localization(Struct, rename="camel"):
    default_locale: str
    alternate_locales: list[str]


class _Domain(Struct):
    # A domain that leads on to another one has none.
    localization: _Localization | None


class _Address(Struct):
    country_code: str | None = msgspec.field(name="countryCodeV2")


class _Shop(Struct, rename="camel"):
    name: str
    iana_timezone: str
    currency_code: str
    shop_address: _Address
    primary_domain: _Domain


class _Answered(Struct):
    shop: _Shop


def ask_facts(ask: Ask) -> ShopFacts:
    """Needs no scope. Raises what `ask` raises, and ShopifyUnavailable for what is no answer."""
    answered = ask("shop_facts", {})
    try:
        shop = msgspec.convert(answered, _Answered).shop
    except msgspec.ValidationError as error:
        raise ShopifyUnavailable from error

    return ShopFacts(
        name=_read_name(shop.name),
        time_zone=_read_zone(shop.iana_timezone),
        currency=_matching(CURRENCY, shop.currency_code),
        country=_matching(COUNTRY, shop.shop_address.country_code or ""),
        languages=_read_languages(shop.primary_domain.localization),
    )


def _read_name(text: str) -> str:
    name = " ".join(text.split())
    return name[:MOST_CHARACTERS] if is_storable(name) else ""


def _read_zone(name: str) -> str:
    """One that we have no clock for is none."""
    return name if name in available_timezones() else ""


def _read_languages(localization: _Localization | None) -> tuple[str, ...]:
    if localization is None:
        return ()

    named = [localization.default_locale, *localization.alternate_locales]
    known = dict.fromkeys(_list_tags(named))
    return tuple(known)[:MOST_LANGUAGES]


def _list_tags(named: Iterable[str]) -> Iterable[str]:
    for name in named:
        if LANGUAGE.fullmatch(name):
            yield name


def _matching(form: re.Pattern[str], text: str) -> str:
    return text if form.fullmatch(text) else ""
