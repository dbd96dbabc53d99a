"""How far a shop is with setting up the chat: what the server can know of it. Whether the theme
shows the chat only the merchant's browser can ask.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from backend.inbox import notification_targets
from backend.reports.catalog_report import CatalogReport, CatalogState
from backend.shops import onboarding
from backend.shops.settings import Saved
from backend.store.tables import conversations


@dataclass(frozen=True, slots=True)
class SetupReport:
    """Each step by name, and whether it is done. The theme's comes first, on the page."""

    is_dismissed: bool
    steps: dict[str, bool]

    @property
    def done(self) -> int:
        return sum(self.steps.values())

    @property
    def total(self) -> int:
        """With the theme's."""
        return len(self.steps) + 1


def read_setup(
    connection: Connection, shop_id: int, saved: Saved, catalog: CatalogReport
) -> SetupReport:
    steps = {
        "settings": saved.version > 0,
        "catalog": catalog.state is CatalogState.READY,
        "notifications": notification_targets.has_any(connection, shop_id),
        "conversation": _has_conversation(connection, shop_id),
    }
    return SetupReport(onboarding.is_dismissed(connection, shop_id), steps)


def _has_conversation(connection: Connection, shop_id: int) -> bool:
    query = select(conversations.c.id).where(conversations.c.shop_id == shop_id)
    return connection.execute(query.limit(1)).first() is not None
