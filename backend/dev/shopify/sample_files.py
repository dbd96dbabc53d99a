"""Files of a shop as the pretend Admin API makes and finds them: staged, uploaded, processed at
their leisure, served.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from backend.dev.shopify.admin_execution import Arguments, Viewer, refuse_access
from backend.dev.shopify.sample_records import format_now, make_gid
from backend.shopify import scopes

Record = dict[str, Any]
Asked = Mapping[str, Any]

SCOPE = "read_files"
FIRST = 870_001
MOST_BYTES, MOST_ALT = 20 * 1024 * 1024, 512
# What each look at a file finds, if nothing goes wrong with it.
FOLLOWED_BY = {"UPLOADED": "PROCESSING", "PROCESSING": "READY"}
# How a picture of each type begins, or may.
BEGINNINGS = {
    "image/gif": (b"GIF8",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/svg+xml": (b"<svg", b"<?xml"),
    "image/webp": (b"RIFF",),
}


@dataclass(frozen=True, slots=True)
class ServedFile:
    content: bytes
    content_type: str


@dataclass(slots=True)
class StagedUpload:
    """A place for one file, and what has to be sent along with it."""

    key: str
    content_type: str
    parameters: dict[str, str]
    content: bytes | None = None


class MediaFiles:
    """Of one shop, the oldest first. `address` is what uploads and files are below."""

    def __init__(self, address: str) -> None:
        self.records: list[Record] = []
        # How many searches do not find a new one yet, and how many of the next ones fail.
        self.search_lag = 0
        self.failing = 0
        self._address = address
        self._created = 0
        self._staged: dict[str, StagedUpload] = {}
        self._served: dict[str, ServedFile] = {}
        self._sources: dict[str, ServedFile | None] = {}
        self._unseen: dict[str, int] = {}

    def stage(self, _: Viewer, arguments: Arguments) -> Record:
        """What the mutation answers."""
        asked: Sequence[Asked] = arguments["input"]
        problems = list(_list_problems_of_upload(asked))
        if problems:
            return {"stagedTargets": [], "userErrors": problems}

        targets = [self._stage_one(each) for each in asked]
        return {"stagedTargets": targets, "userErrors": []}

    def find_upload(self, key: str) -> StagedUpload | None:
        return self._staged.get(key)

    def create(self, _: Viewer, arguments: Arguments) -> Record:
        """What the mutation answers: all of them are created, or none."""
        asked: Sequence[Asked] = arguments["files"]
        problems = [
            problem
            for position, each in enumerate(asked)
            for problem in self._list_problems(each, str(position))
        ]
        if problems:
            return {"files": [], "userErrors": problems}

        created = [self._create_one(each) for each in asked]
        return {"files": created, "userErrors": []}

    def search(self, _: Viewer, __: Arguments) -> list[Record]:
        """What the index knows by now; all that it knows has come one step further."""
        known = []
        for record in self.records:
            gid = record["id"]
            if self._unseen[gid] == 0:
                self._advance(record)
                known.append(record)
            else:
                self._unseen[gid] -= 1
        return known

    def look_at(self, viewer: Viewer, gid: str) -> Record | None:
        """Each look finds it one step further. Raises GraphQLError without the scope."""
        found = self._find_record(gid)
        if found is None:
            return None
        if not scopes.covers(viewer.scopes, SCOPE):
            raise refuse_access("node", SCOPE)

        self._advance(found)
        return found

    def delete(self, _: Viewer, arguments: Arguments) -> Record:
        """What the mutation answers: all of them are deleted, or none."""
        gids: list[str] = arguments["fileIds"]
        problems = list(self._list_problems_of_deletion(gids))
        if problems:
            return {"deletedFileIds": None, "userErrors": problems}

        for gid in gids:
            found = self._find_record(gid)
            if found is not None:
                self.records.remove(found)
                self._served.pop(f"files/{found['filename']}", None)
        return {"deletedFileIds": gids, "userErrors": []}

    def read(self, path: str) -> ServedFile | None:
        """What is served at that path below the address."""
        return self._served.get(path)

    def copy_picture(self, url: str) -> str | None:
        """Where the copy of a picture is that an article keeps for itself, whatever becomes of the
        file; None for what cannot be read. Pictures of others stay where they are.
        """
        if not url.startswith(self._address):
            return url if urlsplit(url).scheme in ("http", "https") else None

        name = _read_name(url)
        served = self._served.get(f"files/{name}")
        is_copy = url.startswith(f"{self._address}/articles/")
        if served is None:
            return url if is_copy and f"articles/{name}" in self._served else None

        self._served[f"articles/{name}"] = served
        return f"{self._address}/articles/{name}?v=1"

    def _stage_one(self, asked: Asked) -> Record:
        token = secrets.token_hex(16)
        key = f"tmp/{token}/{asked['filename']}"
        parameters = _build_parameters(key, asked["mimeType"])
        self._staged[key] = StagedUpload(key, asked["mimeType"], parameters)

        listed = [{"name": name, "value": value} for name, value in parameters.items()]
        return {
            "url": f"{self._address}/uploads",
            "resourceUrl": f"{self._address}/uploads/{key}",
            "parameters": listed,
        }

    def _list_problems(self, asked: Asked, position: str) -> Iterator[Record]:
        source = asked["originalSource"]
        if self._find_source(source) is None:
            yield _problem(
                "INVALID_IMAGE_SOURCE_URL",
                "The image source URL is invalid",
                *("files", position, "originalSource"),
            )

        name = asked.get("filename") or _read_name(source)
        path = ("files", position, "filename")
        if _ending_of(name) != _ending_of(source):
            yield _problem(
                "MISMATCHED_FILENAME_AND_ORIGINAL_SOURCE",
                "The filename does not match the original source",
                *path,
            )
        mode = asked.get("duplicateResolutionMode")
        if mode == "RAISE_ERROR" and self._has_name(name):
            yield _problem(
                "FILENAME_ALREADY_EXISTS", "The filename already exists", *path
            )
        if len(asked.get("alt") or "") > MOST_ALT:
            yield _problem(
                "ALT_VALUE_LIMIT_EXCEEDED",
                "The alt value exceeds the maximum limit",
                *("files", position, "alt"),
            )

    def _list_problems_of_deletion(self, gids: Sequence[str]) -> Iterator[Record]:
        for gid in gids:
            found = self._find_record(gid)
            if found is None:
                yield _problem("FILE_DOES_NOT_EXIST", "File does not exist", "fileIds")
            elif found["fileStatus"] in FOLLOWED_BY:
                yield _problem(
                    "FILE_LOCKED", "The file has a pending operation", "fileIds"
                )

    def _create_one(self, asked: Asked) -> Record:
        source = asked["originalSource"]
        name = asked.get("filename") or _read_name(source)
        if self._has_name(name):
            path = PurePosixPath(name)
            name = f"{path.stem}_{uuid4()}{path.suffix}"

        gid = make_gid("MediaImage", FIRST + self._created)
        now = format_now()
        created = {
            "__typename": "MediaImage",
            "id": gid,
            "filename": name,
            "alt": asked.get("alt") or "",
            "fileStatus": "UPLOADED",
            "image": None,
            "createdAt": now,
            "updatedAt": now,
            "input": dict(asked),
        }

        self._created += 1
        self._unseen[gid] = self.search_lag
        self._sources[gid] = self._take_source(source)
        self.records.append(created)
        return created

    def _find_source(self, source: str) -> StagedUpload | None:
        key = source.removeprefix(f"{self._address}/uploads/")
        return self._staged.get(key)

    def _take_source(self, source: str) -> ServedFile | None:
        """None for what will be found to be no picture."""
        staged = self._find_source(source)
        assert staged is not None, "another source was refused"
        if self.failing > 0:
            self.failing -= 1
            return None

        content = staged.content or b""
        beginnings = BEGINNINGS.get(staged.content_type, ())
        if not content.startswith(beginnings):
            return None
        return ServedFile(content, staged.content_type)

    def _advance(self, record: Record) -> None:
        status = record["fileStatus"]
        if status not in FOLLOWED_BY:
            return
        record["fileStatus"] = FOLLOWED_BY[status]
        if record["fileStatus"] != "READY":
            return

        source = self._sources.pop(record["id"])
        if source is None:
            record["fileStatus"] = "FAILED"
            return
        name = record["filename"]
        self._served[f"files/{name}"] = source
        url = f"{self._address}/files/{name}?v=1"
        record["image"] = {"url": url, "altText": record["alt"]}

    def _has_name(self, name: str) -> bool:
        return any(each["filename"] == name for each in self.records)

    def _find_record(self, gid: str) -> Record | None:
        for record in self.records:
            if record["id"] == gid:
                return record
        return None


def _build_parameters(key: str, content_type: str) -> dict[str, str]:
    """As Google's storage wants to have them sent along, each as it is."""
    return {
        "Content-Type": content_type,
        "success_action_status": "201",
        "acl": "private",
        "key": key,
        "x-goog-date": "20261201T000000Z",
        "x-goog-credential": "merchant-assets@sample/20261201/auto/storage/goog4_request",
        "x-goog-algorithm": "GOOG4-RSA-SHA256",
        "x-goog-signature": secrets.token_hex(32),
        "policy": secrets.token_urlsafe(48),
    }


def _list_problems_of_upload(asked: Sequence[Asked]) -> Iterator[Record]:
    for position, each in enumerate(asked):
        path = ["input", str(position)]
        if each["resource"] == "IMAGE" and each["mimeType"] not in BEGINNINGS:
            yield {
                "field": [*path, "mimeType"],
                "message": f"{each['mimeType']} is not a recognized format",
            }
        size = int(each.get("fileSize") or 0)
        if size > MOST_BYTES:
            yield {
                "field": [*path, "fileSize"],
                "message": "File size exceeds the maximum allowed",
            }


def _read_name(url: str) -> str:
    return PurePosixPath(urlsplit(url).path).name


def _ending_of(name: str) -> str:
    """Of a file's name or its address."""
    ending = PurePosixPath(urlsplit(name).path).suffix.casefold()
    return ".jpg" if ending == ".jpeg" else ending


def _problem(code: str, message: str, *path: str) -> Record:
    return {
        "code": code,
        "field": list(path),
        "message": message,
    }
