"""Photos of the products that a post is about, each once."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from backend.posts import product_photos
from backend.posts.post_versions import PostVersion
from backend.services import Services
from tests.support.post_stories import PostDesk, version_of
from tests.support.small_catalogs import fill_shop, product_node
from tests.support.talks import MIRAS, OTTOS

LAMP, MUG = "https://cdn.example/lamp.png", "https://cdn.example/mug.png"


def shown(url: str) -> dict[str, object]:
    return {"featuredMedia": {"preview": {"image": {"url": url, "altText": None}}}}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def services(services: Services, desk: PostDesk) -> Services:
    fill_shop(
        services,
        MIRAS,
        product_node(7, "Beacon lamp", handle="lamp", **shown(LAMP)),
        product_node(8, "Harbour mug", handle="mug", **shown(MUG)),
        product_node(9, "Harbour mug, second", handle="mug-2", **shown(MUG)),
    )
    return services


@pytest.fixture
def version(desk: PostDesk) -> PostVersion:
    return replace(version_of(desk.drafts()), title="Mugs")


def find(services: Services, version: PostVersion, shop: int = MIRAS) -> Sequence[str]:
    found = product_photos.find_photos(services, shop, version, "en")
    return [photo.url for photo in found]


def test_photos_are_those_of_the_products_of_a_post(
    services: Services, version: PostVersion
) -> None:
    about = replace(version, handles=("lamp", "mug", "mug-2", "gone"))

    assert find(services, about) == [LAMP, MUG]


def test_a_photo_without_words_has_the_products_title(
    services: Services, version: PostVersion
) -> None:
    about = replace(version, handles=("lamp",))

    [photo] = product_photos.find_photos(services, MIRAS, about, "en")

    assert photo.alt == "Beacon lamp"


def test_a_post_that_names_no_product_has_those_that_fit_its_title(
    services: Services, version: PostVersion
) -> None:
    assert find(services, version) == [MUG]


def test_another_shop_has_none_of_them(
    services: Services, version: PostVersion
) -> None:
    about = replace(version, handles=("lamp",))

    assert find(services, about, OTTOS) == []
