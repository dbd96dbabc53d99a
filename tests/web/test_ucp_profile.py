"""What stores fetch of us before they answer: open to all, and the same for everybody."""

from backend.shopify.ucp import PROFILE_PATH, VERSION
from tests.support.loopback import loopback
from tests.support.running_app import RunningApp

SHOPPING = "dev.ucp.shopping"


def test_the_profile_says_what_we_ask_stores_for(app: RunningApp) -> None:
    answer = app.get(PROFILE_PATH)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    known = [{"version": VERSION}]
    assert answer.json() == {
        "ucp": {
            "version": VERSION,
            "capabilities": {
                f"{SHOPPING}.catalog.search": known,
                f"{SHOPPING}.catalog.lookup": known,
                f"{SHOPPING}.cart": known,
            },
        }
    }


def test_the_profile_may_be_kept_by_whoever_fetches_it(app: RunningApp) -> None:
    answer = app.get(PROFILE_PATH)

    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert "Set-Cookie" not in answer.headers
    assert "Vary" not in answer.headers


def test_nothing_can_be_told_to_it(app: RunningApp) -> None:
    assert loopback.post(app.base + PROFILE_PATH, json={}).status_code == 405
