"""Under which terms a flow asks: what the merchant has chosen, the language, where and when."""

from dataclasses import dataclass

from backend.shops.settings import PickupPlace, Settings

DELIVERY = "delivery"
PICKUP = "pickup:"


@dataclass(frozen=True, slots=True)
class Terms:
    """`country` is where the shopper is, as an ISO code; `now` in milliseconds."""

    settings: Settings
    language: str
    country: str | None
    now: int

    @property
    def places(self) -> dict[str, str]:
        """What may be chosen, and what it is called; delivery has its name from the phrases."""
        known = {
            PICKUP + place.name: place.name for place in self.settings.pickup_places
        }
        if self.settings.delivery:
            known[DELIVERY] = DELIVERY
        return known

    def find_pickup_place(self, place: str) -> PickupPlace | None:
        for known in self.settings.pickup_places:
            if PICKUP + known.name == place:
                return known
        return None
