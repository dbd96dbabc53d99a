"""Files of a theme: kept for ever by browsers, because a change brings another address."""

import os
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound

from backend.dev.storefront.theme_files import VersionedFiles


@pytest.fixture
def files(tmp_path: Path) -> VersionedFiles:
    (tmp_path / "chat.js").write_text("// The launcher.")
    (tmp_path / "notes.txt").write_text("Not for browsers.")
    return VersionedFiles(tmp_path, "/ext", "assets")


def test_a_change_of_any_file_changes_the_address_of_all(files: VersionedFiles) -> None:
    before = files.url("chat.js")
    assert before == files.url("chat.js")

    os.utime(files.folder / "notes.txt", ns=(1, 1))

    after = files.url("chat.js")
    assert after != before
    assert after.startswith("/ext/")
    assert after.endswith("/assets/chat.js")


def test_a_file_that_is_missing_is_a_mistake_of_the_page(files: VersionedFiles) -> None:
    with pytest.raises(FileNotFoundError, match=r"chat\.css"):
        files.url("chat.css")


def test_only_what_shopify_accepts_is_served(files: VersionedFiles) -> None:
    with Flask("sample").test_request_context():
        answer = files.send("chat.js")
        answer.direct_passthrough = False

        assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert "immutable" in answer.headers["Cache-Control"]
        for name in ("notes.txt", "../secrets.js", "none.js"):
            with pytest.raises(NotFound):
                files.send(name)
