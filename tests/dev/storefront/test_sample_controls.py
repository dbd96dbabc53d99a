"""The sample's switches: what may be set is set, and a mistake in it is told."""

from flask.testing import FlaskClient


def test_a_switch_stays_as_it_was_set(browser: FlaskClient) -> None:
    browser.post("/sample/proxy", json={"mode": "delay", "ms": 5, "at": "request"})

    state = browser.get("/sample/state").json
    assert state is not None
    assert state["proxy"] == {"mode": "delay", "ms": 5, "at": "request"}


def test_a_switch_that_does_not_exist_is_refused_by_name(browser: FlaskClient) -> None:
    for wrong in ({"mode": "sideways"}, {"ms": "soon"}, {"speed": 1}):
        answer = browser.post("/sample/proxy", json=wrong)

        assert answer.status_code == 400
        assert next(iter(wrong)) in answer.text
    assert browser.post("/sample/proxy", json=[]).status_code == 400


def test_ana_signs_in_and_out(browser: FlaskClient) -> None:
    browser.post("/sample/login", json={"customer": 7001})
    assert (browser.get("/sample/state").json or {})["customer"] == 7001

    browser.post("/sample/login", json={"customer": None})

    assert (browser.get("/sample/state").json or {})["customer"] is None
    assert browser.post("/sample/login", json={"customer": "Ana"}).status_code == 400
