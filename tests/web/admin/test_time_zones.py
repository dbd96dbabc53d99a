"""What Mira chooses her hours from."""

from zoneinfo import available_timezones

from backend.web.admin.time_zones import group_zones, list_times

OWN = ("", "Same as your store (Asia / Tokyo)")


def test_the_stores_own_zone_comes_first_and_the_chosen_one_next() -> None:
    groups = group_zones("America/Argentina/Buenos_Aires", "Asia/Tokyo")

    assert next(iter(groups)) == "Your store"
    assert groups["Your store"] == [
        OWN,
        ("America/Argentina/Buenos_Aires", "America / Argentina / Buenos Aires"),
        ("UTC", "UTC"),
    ]
    assert ("Europe/Berlin", "Berlin") in groups["Europe"]


def test_a_zone_that_no_region_has_can_still_be_kept() -> None:
    assert group_zones("Etc/GMT+5", "Asia/Tokyo")["Your store"] == [
        OWN,
        ("Etc/GMT+5", "Etc / GMT+5"),
        ("UTC", "UTC"),
    ]


def test_every_zone_that_is_offered_exists() -> None:
    for chosen in ("UTC", "nowhere", ""):
        groups = group_zones(chosen, "Asia/Tokyo")
        offered = {zone for listed in groups.values() for zone, _ in listed}
        assert offered <= {"", *available_timezones()}
        assert groups["Your store"] == [OWN, ("UTC", "UTC")]


def test_the_times_of_a_day_end_at_its_end() -> None:
    times = list_times()

    assert (times[0], times[1], times[-1]) == ("0:00", "0:15", "24:00")
    assert len(times) == 97
