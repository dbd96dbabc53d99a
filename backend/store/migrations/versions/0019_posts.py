"""Posts: what was drafted, its versions and pictures, and where they go"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    _create_posts()
    _create_versions()
    _create_pictures()
    _create_channels()


def _create_posts() -> None:
    op.create_table(
        "posts",
        sa.Column("shop_id", sa.Integer, primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("latest", sa.Integer, nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("blog_id", sa.BigInteger),
        sa.Column("pending", sa.String(9)),
        sa.Column("approved_version", sa.Integer),
        sa.Column("approved_by", sa.String(32)),
        sa.Column("approved_at", sa.BigInteger),
        sa.Column("publish_at", sa.BigInteger),
        sa.Column("sending_since", sa.BigInteger),
        sa.Column("sending_version", sa.Integer),
        sa.Column("published_version", sa.Integer),
        sa.Column("published_at", sa.BigInteger),
        sa.Column("external_id", sa.String(128)),
        sa.Column("link", sa.Text),
        sa.Column("failure", sa.String(32)),
        sa.Column("created_by", sa.String(32), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("touched_at", sa.BigInteger, nullable=False),
        sa.Column("turn_id", sa.String(32)),
        sa.Column("revision", sa.Integer, nullable=False),
    )
    op.create_index(
        "ix_posts_shop_id_touched_at_id", "posts", ["shop_id", "touched_at", "id"]
    )
    op.create_index("ix_posts_shop_id_turn_id", "posts", ["shop_id", "turn_id"])


def _create_versions() -> None:
    op.create_table(
        "post_versions",
        sa.Column("shop_id", sa.Integer, primary_key=True),
        sa.Column("post_id", sa.String(32), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("parent", sa.Integer),
        sa.Column("origin", sa.String(8), nullable=False),
        sa.Column("wish", sa.Text, nullable=False),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("tags", sa.JSON, nullable=False),
        sa.Column("handles", sa.JSON, nullable=False),
        sa.Column("picture_id", sa.String(32)),
        sa.Column("alt", sa.String(512), nullable=False),
        sa.Column("held_back", sa.SmallInteger, nullable=False),
        sa.Column("is_whole", sa.SmallInteger, nullable=False),
        sa.Column("turn_id", sa.String(32)),
        sa.Column("author", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index(
        "ix_post_versions_shop_id_turn_id", "post_versions", ["shop_id", "turn_id"]
    )


def _create_pictures() -> None:
    op.create_table(
        "post_pictures",
        sa.Column("shop_id", sa.Integer, primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("post_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(7), nullable=False),
        sa.Column("state", sa.String(7), nullable=False),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("failure", sa.String(32)),
        sa.Column("content", sa.LargeBinary),
        sa.Column("content_type", sa.String(32)),
        sa.Column("width", sa.Integer),
        sa.Column("height", sa.Integer),
        sa.Column("sending_since", sa.BigInteger),
        sa.Column("file_id", sa.String(255)),
        sa.Column("url", sa.String(2048)),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_index(
        "ix_post_pictures_shop_id_post_id", "post_pictures", ["shop_id", "post_id"]
    )


def _create_channels() -> None:
    op.create_table(
        "post_channels",
        sa.Column("shop_id", sa.Integer, primary_key=True),
        sa.Column("channel", sa.String(8), primary_key=True),
        sa.Column("page_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("token", sa.LargeBinary, nullable=False),
        sa.Column("failure", sa.String(32)),
        sa.Column("connected_at", sa.BigInteger, nullable=False),
    )
