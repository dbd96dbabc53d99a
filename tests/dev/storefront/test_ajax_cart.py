"""The cart as themes know it: what is added, changed, refused and forgotten."""

import pytest
from flask.testing import FlaskClient


def test_the_cart_adds_changes_and_forgets(browser: FlaskClient) -> None:
    items = [
        {"id": 810301, "quantity": 2},
        {"id": 810301},
        {"id": 810801, "properties": {"_src": "chat"}},
    ]
    browser.post("/cart/add.js", json={"items": items})

    cart = browser.get("/cart.js").json
    assert cart
    assert [(item["variant_id"], item["quantity"]) for item in cart["items"]] == [
        (810301, 3),
        (810801, 1),
    ]
    assert (cart["total_price"], cart["item_count"]) == (3 * 2200 + 2800, 4)
    assert cart["items"][1]["properties"] == {"_src": "chat"}
    assert "Harbour Mug" in browser.get("/cart").text

    changed = browser.post(
        "/cart/change.js", json={"id": cart["items"][0]["key"], "quantity": 0}
    )
    assert changed.json
    assert changed.json["item_count"] == 1
    cleared = browser.post("/cart/clear.js").json
    assert cleared
    assert cleared["items"] == []


@pytest.mark.parametrize(
    ("item", "status"),
    [({"id": 810303}, 422), ({"id": 1}, 404), ({"id": "mug"}, 400), ({}, 400)],
)
def test_the_cart_refuses_what_cannot_be_bought(
    browser: FlaskClient, item: dict[str, object], status: int
) -> None:
    answer = browser.post("/cart/add.js", json={"items": [item]})

    assert answer.status_code == status
    assert answer.json
    assert answer.json["message"] == "Cart Error"


def test_a_form_leads_to_the_cart_of_its_language(browser: FlaskClient) -> None:
    answer = browser.post("/de/cart/add", data={"id": "810801"})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/de/cart")
    assert "Kerze" in browser.get("/de/cart").text
