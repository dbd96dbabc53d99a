"""An export says how far it is, how large it has become, or why there is none."""

from dataclasses import replace

import pytest

from backend.exports.export_file import Format
from backend.exports.stored_exports import ExportState, StoredExport
from backend.web.admin.export_words import STATES, describe_progress, write_size

EXPORT = StoredExport(
    shop_id=1,
    id="a",
    user_id="42",
    name="all.json",
    format=Format.JSON,
    wanted=b"",
    state=ExportState.WAITING,
    epoch=1,
    found=None,
    written=0,
    chunks=0,
    size=0,
    created_at=0,
)


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (999, "999 bytes"), (1_000, "1.0 KB"), (1_250_000, "1.2 MB")],
)
def test_a_size_is_written_as_files_are(size: int, words: str) -> None:
    assert write_size(size) == words


def test_progress_is_told_in_conversations() -> None:
    counted = replace(EXPORT, found=5_000, written=1_200)

    assert describe_progress(EXPORT) == "Starting"
    assert describe_progress(counted) == "1,200 of 5,000 conversations"


@pytest.mark.parametrize("state", ExportState)
def test_every_state_has_words(state: ExportState) -> None:
    assert STATES[state]
    assert describe_progress(replace(EXPORT, state=state, size=5))
