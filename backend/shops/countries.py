"""In which country a shop is, as far as its time zone tells."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def country_of_time_zone(time_zone: str) -> str | None:
    """An ISO code; None for a zone that is no country's own, such as UTC."""
    return _read().get(time_zone)


@cache
def _read() -> Mapping[str, str]:
    """The public list of zones, a country before each: those of several countries stand under the
    one that they are named after.
    """
    listed = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text()
    known = {}
    for line in listed.splitlines():
        if not line.startswith("#"):
            country, _, time_zone, *_ = line.split("\t")
            known[time_zone] = country
    return known
