"""Each shop as the pretend Admin API knows it: its goods, what has become of them, its bucket of
points, its exports.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from graphql import GraphQLError, parse, validate

from backend.dev.shopify.admin_execution import (
    SCHEMA,
    Arguments,
    Roots,
    Viewer,
    run_document,
)
from backend.dev.shopify.bulk_operations import (
    MOST_OPEN,
    BulkOperations,
    is_denied,
    user_error,
    write_lines,
)
from backend.dev.shopify.query_cost import LeakyBucket
from backend.dev.shopify.sample_articles import Articles
from backend.dev.shopify.sample_drafts import DraftOrders
from backend.dev.shopify.sample_files import MediaFiles
from backend.dev.shopify.sample_metafields import INSTALLATION, AppMetafields
from backend.dev.shopify.sample_orders import build_orders
from backend.dev.shopify.sample_records import (
    SampleRecords,
    build_records,
    make_gid,
)
from backend.dev.storefront.sample_shop import CURRENCY, DOMAIN, LANGUAGES, NAME

Record = dict[str, Any]
TIME_ZONE, COUNTRY = "Europe/Berlin", "DE"
# Another shop than the sample's is nowhere, unless it says so.
NO_ZONE = "UTC"
SHOP_ID = 70001
# Another shop than the sample's begins with so many of its goods, unless somebody wants them all:
# to read them costs the app a while.
FEW = 2


class AdminStore:
    """One shop. Records are replaced, never changed: all shops begin with some of the same ones."""

    def __init__(self, shop: str, base: str) -> None:
        records = _begin_with(base)
        self.shop = shop
        self.base = base
        self.products: dict[str, Record] = {}
        self._all = records.products
        self._texts = (records.pages, records.policies)
        self.sell(self._all[:FEW])
        self.publish(FEW)
        self.files = MediaFiles(f"{base}/stores/{shop}")
        self.articles = Articles(records, self.files.copy_picture)
        self.orders = build_orders()
        self.metafields = AppMetafields()
        self.drafts = DraftOrders(base, SHOP_ID, self._find_variant)

        self.bucket = LeakyBucket()
        self.exports = BulkOperations()
        # In place of what the next exports would find.
        self.lines: Sequence[str] | None = None
        # How the next export goes wrong; empty when it does not.
        self.next_ending = ""
        # What it says of itself in place of what it usually does.
        self.says: Record = {}
        # What the shop has granted; None for all that the app asks for.
        self.scopes: str | None = None
        if shop == DOMAIN:
            self.sell_all()

    def sell_all(self) -> None:
        """What the sample shop sells, and says of it."""
        self.sell(self._all)
        self.publish()

    def publish(self, most: int | None = None) -> None:
        """The sample shop's pages and policies, or so many of each."""
        pages, policies = self._texts
        self.pages = pages[:most]
        self.policies = policies[:most]

    def sell(self, products: Sequence[Record]) -> None:
        """These, and nothing else."""
        self.products = {each["id"]: each for each in products}

    def roots(self) -> Roots:
        """What a document may begin with."""
        return {
            "shop": self._shop_record(),
            "products": list(self.products.values()),
            "product": self._find_product,
            "pages": self.pages,
            "blogs": self.articles.blogs,
            "articles": self.articles.search,
            "articleCreate": self.articles.create,
            "articleUpdate": self.articles.update,
            "files": self.files.search,
            "stagedUploadsCreate": self.files.stage,
            "fileCreate": self.files.create,
            "fileDelete": self.files.delete,
            "orders": self.orders,
            "draftOrders": self.drafts.search,
            "draftOrderCreate": self.drafts.create,
            "currentAppInstallation": {"id": INSTALLATION},
            "metafieldsSet": self.metafields.set_some,
            "node": self._find_one,
            "nodes": self._find_nodes,
            "bulkOperationRunQuery": self._start_export,
        }

    def _start_export(self, viewer: Viewer, arguments: Arguments) -> Record:
        """What the mutation answers."""
        if self.exports.count_open() >= MOST_OPEN:
            busy = user_error("OPERATION_IN_PROGRESS", "One is running already.")
            return {"bulkOperation": None, "userErrors": [busy]}
        try:
            lines, ending = self._run_export(viewer, arguments)
        except GraphQLError as error:
            invalid = user_error("INVALID", error.message)
            return {"bulkOperation": None, "userErrors": [invalid]}

        folder = f"{self.base}/stores/{self.shop}/bulk"
        operation = self.exports.start(folder, lines, ending)
        started = operation.as_record()
        return {"bulkOperation": started, "userErrors": []}

    def _run_export(
        self, viewer: Viewer, arguments: Arguments
    ) -> tuple[Sequence[str], str]:
        """The lines, and how it will end. Raises GraphQLError."""
        document = parse(arguments["query"])
        mistakes = validate(SCHEMA, document)
        if mistakes:
            raise mistakes[0]

        roots = self.roots()
        everything = replace(viewer, in_bulk=True)
        result = run_document(document, {}, roots, everything)
        if is_denied(result):
            return [], "denied"

        ending = self.next_ending
        self.next_ending = ""
        if self.lines is not None:
            return self.lines, ending
        return write_lines(result, arguments["groupObjects"]), ending

    def _shop_record(self) -> Record:
        _, _, host = self.base.partition("//")
        languages = list(LANGUAGES)
        domain = {
            "id": make_gid("Domain", 1),
            "host": host,
            "url": self.base,
            "localization": {
                "defaultLocale": languages[0],
                "alternateLocales": languages[1:],
            },
        }

        return {
            "id": make_gid("Shop", SHOP_ID),
            "name": self._read_name(),
            "email": f"owner@{self.shop}",
            "myshopifyDomain": self.shop,
            "currencyCode": CURRENCY,
            "ianaTimezone": TIME_ZONE if self.shop == DOMAIN else NO_ZONE,
            "shopAddress": {"countryCodeV2": COUNTRY if self.shop == DOMAIN else None},
            "primaryDomain": domain,
            "shopPolicies": self.policies,
            **self.says,
        }

    def _read_name(self) -> str:
        if self.shop == DOMAIN:
            return NAME
        own_part, _, _ = self.shop.partition(".")
        return own_part.title()

    def _find_product(self, _: Viewer, arguments: Arguments) -> Record | None:
        gid = arguments["id"]
        return self.products.get(gid)

    def _find_one(self, viewer: Viewer, arguments: Arguments) -> Record | None:
        gid = arguments["id"]
        return self._find_node(viewer, gid)

    def _find_nodes(self, viewer: Viewer, arguments: Arguments) -> list[Record | None]:
        gids = arguments["ids"]
        return [self._find_node(viewer, gid) for gid in gids]

    def _find_node(self, viewer: Viewer, gid: str) -> Record | None:
        if gid in self.products:
            return self.products[gid]
        operation = self.exports.look_at(gid)
        if operation is not None:
            return operation
        file = self.files.look_at(viewer, gid)
        if file is not None:
            return file
        variant = self._find_variant(gid)
        if variant is not None:
            return variant

        others = {each["id"]: each for each in self._list_others()}
        return others.get(gid)

    def _find_variant(self, gid: str) -> Record | None:
        """With the product that it is of, which the product's own list leaves out."""
        for product in self.products.values():
            for variant in product["variants"]:
                if variant["id"] == gid:
                    return variant | {"product": product}
        return None

    def _list_others(self) -> Iterator[Record]:
        yield from self.pages
        yield from self.articles.blogs
        yield from self.articles.records
        yield from self.orders
        yield from self.drafts.records


class AdminStores:
    """All shops. Each begins when it is first asked about."""

    def __init__(self) -> None:
        self._known: dict[str, AdminStore] = {}

    def of(self, shop: str, base: str) -> AdminStore:
        """`base` is the address of this Shopify; it is what links and images are below."""
        known = self._known.get(shop)
        if known is None:
            known = AdminStore(shop, base)
            self._known[shop] = known
        return known

    def find_invoice(self, token: str) -> Record | None:
        """Of whichever shop: nobody can guess it."""
        for store in self._known.values():
            draft = store.drafts.find_invoice(token)
            if draft is not None:
                return draft
        return None

    def forget(self, shop: str) -> None:
        """It begins anew, with the sample's goods."""
        self._known.pop(shop, None)


@cache
def _begin_with(base: str) -> SampleRecords:
    return build_records(base)
