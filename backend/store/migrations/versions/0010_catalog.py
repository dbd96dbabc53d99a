"""A copy of each shop's catalog, and the words that it is found by; budgets count money as well"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    _create_items()
    _create_index()

    op.create_table(
        "catalog_syncs",
        sa.Column("shop_id", sa.Integer, primary_key=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("fill", sa.Integer, nullable=False),
        sa.Column("operation", sa.String(255)),
        sa.Column("products", sa.Integer, nullable=False),
        sa.Column("passages", sa.Integer, nullable=False),
        sa.Column("expected", sa.Integer),
        sa.Column("seen", sa.Integer, nullable=False),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("index_version", sa.Integer, nullable=False),
        sa.Column("changed_since", sa.BigInteger),
        sa.Column("started_at", sa.BigInteger),
        sa.Column("filled_at", sa.BigInteger),
        sa.Column("failure", sa.String(32)),
    )

    # SQLite's integers are as wide as they need to be.
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("budgets", "count", type_=sa.BigInteger)


def _create_items() -> None:
    op.create_table(
        "catalog_products",
        sa.Column("shop_id", sa.Integer, primary_key=True),
        sa.Column("product_id", sa.BigInteger, primary_key=True),
        sa.Column("handle", sa.String(255), nullable=False),
        sa.Column("shown", sa.Text, nullable=False),
        sa.Column("lowest_price", sa.BigInteger, nullable=False),
        sa.Column("highest_price", sa.BigInteger, nullable=False),
        sa.Column("available", sa.SmallInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.Column("fill", sa.Integer, nullable=False),
        sa.Column("terms", sa.LargeBinary, nullable=False),
    )
    op.create_index(
        "ix_catalog_products_shop_id_handle", "catalog_products", ["shop_id", "handle"]
    )
    op.create_index(
        "ix_catalog_products_offers",
        "catalog_products",
        ["shop_id", "product_id", "lowest_price", "highest_price", "available"],
    )
    op.create_index(
        "ix_catalog_products_prices",
        "catalog_products",
        ["shop_id", "lowest_price", "highest_price", "available", "product_id"],
    )

    op.create_table(
        "catalog_passages",
        sa.Column("shop_id", sa.Integer, primary_key=True),
        sa.Column("passage_id", sa.BigInteger, primary_key=True),
        sa.Column("document", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("url", sa.String(1024), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("terms", sa.LargeBinary, nullable=False),
    )
    op.create_index(
        "ix_catalog_passages_shop_id_kind", "catalog_passages", ["shop_id", "kind"]
    )
    op.create_index(
        "ix_catalog_passages_shop_id_document",
        "catalog_passages",
        ["shop_id", "document"],
    )


def _create_index() -> None:
    op.create_table(
        "catalog_postings",
        sa.Column("shop_id", sa.Integer, primary_key=True),
        sa.Column("shelf", sa.SmallInteger, primary_key=True),
        sa.Column("term", sa.BigInteger, primary_key=True),
        sa.Column("rank", sa.SmallInteger, primary_key=True),
        sa.Column("item_id", sa.BigInteger, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "catalog_terms",
        sa.Column("shop_id", sa.Integer, primary_key=True),
        sa.Column("shelf", sa.SmallInteger, primary_key=True),
        sa.Column("term", sa.BigInteger, primary_key=True),
        sa.Column("uses", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "catalog_spellings",
        sa.Column("shop_id", sa.Integer, primary_key=True),
        sa.Column("word", sa.String(64), primary_key=True),
        sa.Column("head", sa.String(4), nullable=False),
        sa.Column("tail", sa.String(8), nullable=False),
        sa.Column("length", sa.SmallInteger, nullable=False),
        sa.Column("uses", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    for letters in ("head", "tail"):
        op.create_index(
            f"ix_catalog_spellings_shop_id_{letters}_length",
            "catalog_spellings",
            ["shop_id", letters, "length"],
        )
