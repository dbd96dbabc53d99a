"""What the settings choose from for hours: time zones by region, and the times of a day."""

from collections.abc import Mapping, Sequence
from zoneinfo import available_timezones

REGIONS = (
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)
STEP_MINUTES = 15
DAY_MINUTES = 24 * 60


def group_zones(chosen: str, shop_zone: str) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Zones with their names, by region. Before them the shop's own, which is chosen by nothing,
    and the chosen one, whatever region it is of; one that does not exist is none.
    """
    known = sorted(available_timezones())
    first = [zone for zone in known if zone == chosen != "UTC"]
    own = ("", f"Same as your store ({_name(shop_zone)})")
    groups = {"Your store": [own, *((zone, _name(zone)) for zone in (*first, "UTC"))]}

    for zone in known:
        region, _, place = zone.partition("/")
        if region in REGIONS and place:
            groups.setdefault(region, []).append((zone, _name(place)))
    return groups


def list_times() -> list[str]:
    """From 0:00 to 24:00."""
    minutes = range(0, DAY_MINUTES + 1, STEP_MINUTES)
    return [f"{minute // 60}:{minute % 60:02d}" for minute in minutes]


def _name(zone: str) -> str:
    return zone.replace("_", " ").replace("/", " / ")
