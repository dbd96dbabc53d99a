"""What Mira chooses, each on the page of the settings where it stands."""

from collections.abc import Mapping, Sequence

from backend.shops.settings import DEFAULTS
from backend.web.admin.settings_form import PAGES
from tests.support.merchants import Merchant
from tests.support.page_forms import PageForm

OWN_NAME = "own_name"
Chosen = str | Sequence[str]


def settings_of(who: Merchant, name: str = "assistant") -> dict[str, list[str]]:
    """The fields of one page."""
    answer = who.fetches(PAGES[name].path)
    assert answer.status == 200
    return PageForm(answer.content).fields


def choose(who: Merchant, **chosen: Chosen) -> None:
    """Saves each page that has one of the fields; the other fields stay."""
    for name, mine in _by_page(chosen).items():
        path = PAGES[name].path
        assert who.submits(path, settings_of(who, name) | mine).status == 303


def _by_page(chosen: Mapping[str, Chosen]) -> dict[str, dict[str, Chosen]]:
    left = dict(chosen)
    found: dict[str, dict[str, Chosen]] = {}
    for name, page in PAGES.items():
        known = {*page.write(DEFAULTS), *([OWN_NAME] if name == "team" else [])}
        mine = {field: left.pop(field) for field in list(left) if field in known}
        if mine:
            found[name] = mine

    assert not left, f"no page has {', '.join(left)}"
    return found
