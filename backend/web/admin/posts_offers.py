"""What can be done with a post as it stands, for the buttons beside it; what is done all the same
is refused by `lifecycle`.
"""

from dataclasses import dataclass
from typing import Self

from backend.posts.post_records import Post, PostState
from backend.posts.post_versions import MOST_VERSIONS


@dataclass(frozen=True, slots=True)
class Offers:
    """`may_move` is to another channel; to another blog it may go at any time."""

    may_publish: bool
    may_unschedule: bool
    may_take_down: bool
    may_discard: bool
    may_bring_back: bool
    may_write: bool
    may_move: bool

    @classmethod
    def of(cls, post: Post) -> Self:
        is_calm = not post.is_under_way
        is_kept = post.state is not PostState.CANCELLED
        is_new = not post.is_published or post.has_changes
        is_elsewhere = post.is_published or post.external_id is not None

        return cls(
            may_publish=is_calm and is_kept and is_new,
            may_unschedule=post.is_scheduled,
            may_take_down=is_calm and post.is_published,
            may_discard=is_calm and is_kept and is_new and not post.is_scheduled,
            may_bring_back=not is_kept,
            may_write=is_kept and post.latest < MOST_VERSIONS,
            may_move=is_calm and not is_elsewhere,
        )
