"""A store without a copied catalog."""

from backend.flows.store_shelf import StoreShelf
from backend.services import Services
from backend.shops import directory


def test_a_store_that_cannot_be_asked_has_nothing(services: Services) -> None:
    mira = services.db.write(directory.add_shop, "mira.myshopify.com").id
    shelf = StoreShelf(services, mira, "en", ("en",))

    assert shelf.find_numbered(["KB-1"]) == {}
    assert [list(each) for each in shelf.find_named([("mug",), ()]).products] == [
        [],
        [],
    ]
    assert shelf.find_handles(["mug"]) == {}
