"""A shop's time zone tells in which country it is, where it is a country's own."""

from zoneinfo import available_timezones

import pytest

from backend.shops.countries import country_of_time_zone


@pytest.mark.parametrize(
    "time_zone, country",
    [
        ("Europe/Berlin", "DE"),
        ("Asia/Kolkata", "IN"),
        ("America/New_York", "US"),
        ("Asia/Dubai", "AE"),
        ("Asia/Tokyo", "JP"),
    ],
)
def test_a_zone_is_the_country_that_it_is_named_after(
    time_zone: str, country: str
) -> None:
    assert country_of_time_zone(time_zone) == country


@pytest.mark.parametrize("time_zone", ["UTC", "Etc/GMT+3", "", "Mars/Olympus"])
def test_a_zone_of_nobody_is_in_no_country(time_zone: str) -> None:
    assert country_of_time_zone(time_zone) is None


def test_every_country_is_two_letters() -> None:
    countries = {country_of_time_zone(zone) for zone in available_timezones()}

    known = {country for country in countries if country}
    assert len(known) > 200
    assert all(len(country) == 2 and country.isupper() for country in known)
