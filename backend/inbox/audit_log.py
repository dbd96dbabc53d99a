"""Who of the staff has done what, over all of a shop's conversations, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.inbox import access_log
from backend.inbox.access_log import Access, AccessFilter, AccessPlace
from backend.services import Services
from backend.shops import staff
from backend.shops.staff import StaffMember

PAGE = 50


@dataclass(frozen=True, slots=True)
class AuditPage:
    """`names` are those of the page's people; `members` are whom the log may be narrowed to.
    `next` is None on the last page.
    """

    entries: Sequence[Access]
    names: dict[str, str]
    members: Sequence[StaffMember]
    next: AccessPlace | None


def read_page(
    services: Services,
    shop_id: int,
    wanted: AccessFilter,
    before: AccessPlace | None = None,
) -> AuditPage:
    with services.db.reading() as connection:
        found = access_log.list_page(connection, shop_id, wanted, before, PAGE + 1)
        entries = found[:PAGE]
        ids = {each.user_id for each in entries}
        names = staff.read_names(connection, shop_id, ids)
        members = staff.list_members(connection, shop_id)

    return AuditPage(entries, names, members, _next_place(found))


def _next_place(found: Sequence[Access]) -> AccessPlace | None:
    """Of one more than a page has, if there are so many."""
    if len(found) <= PAGE:
        return None
    last = found[PAGE - 1]
    return AccessPlace(last.at, last.id)
