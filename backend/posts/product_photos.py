"""Photos that the store has of the products that a post is about, to be its picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.posts import grounding
from backend.posts.post_versions import PostVersion
from backend.services import Services

MOST_PHOTOS = 12


@dataclass(frozen=True, slots=True)
class ProductPhoto:
    url: str
    alt: str


def find_photos(
    services: Services, shop_id: int, version: PostVersion, language: str
) -> Sequence[ProductPhoto]:
    """Of a post that names no products those that fit its title. It may wait for the store, so
    never call it inside a transaction.
    """
    products = grounding.find_by_handles(services, shop_id, version.handles)
    if not products:
        products = grounding.find_products(services, shop_id, version.title, language)

    photos = {
        product.image.url: ProductPhoto(
            product.image.url, product.image.alt or product.title
        )
        for product in products
        if product.image is not None
    }
    return list(photos.values())[:MOST_PHOTOS]
