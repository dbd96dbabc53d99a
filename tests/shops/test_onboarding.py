"""The first steps go away for good, in the shop whose staff has put them away."""

from backend.services import Services
from backend.shops import onboarding
from backend.shops.directory import Directory


def test_what_was_dismissed_stays_so_and_only_there(services: Services) -> None:
    directory = Directory(services.db)
    tide, ottos = (
        directory.open_shop(f"{name}.myshopify.com").id for name in ("tide", "otto")
    )

    onboarding.dismiss(services, tide)
    onboarding.dismiss(services, tide)

    with services.db.reading() as connection:
        assert onboarding.is_dismissed(connection, tide)
        assert not onboarding.is_dismissed(connection, ottos)
