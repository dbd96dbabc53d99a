"""When Shopify last signed a request of each shop: remembered here, written down by whoever owns
the shops' table.
"""

# How often it is written that Shopify has signed something for a shop.
WRITTEN_EVERY_MS = 60_000


class SignedTimes:
    """What this process has seen; other processes learn of it from the database alone."""

    def __init__(self) -> None:
        self._seen: dict[int, int] = {}
        self._written: dict[int, int] = {}

    def note(self, shop_id: int, at: int) -> None:
        """Shopify has signed a request for the shop at this time, in milliseconds."""
        if at > self._seen.get(shop_id, 0):
            self._seen[shop_id] = at

    def latest(self, shop_id: int) -> int:
        """The latest time that this process has seen; 0 for none."""
        return self._seen.get(shop_id, 0)

    def list_unwritten(self) -> list[tuple[int, int]]:
        """(shop, time) of those that were last written long enough before; in one order
        everywhere, so that two processes never wait for each other.
        """
        return sorted(
            (shop_id, at)
            for shop_id, at in self._seen.items()
            if at >= self._written.get(shop_id, 0) + WRITTEN_EVERY_MS
        )

    def mark_written(self, times: list[tuple[int, int]]) -> None:
        self._written.update(times)
