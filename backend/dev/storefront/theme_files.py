"""Static files with a version in their address, so that a browser may keep them for ever."""

import hashlib
import os
from pathlib import Path

from flask import Response, abort, send_from_directory

# What Shopify accepts in an extension, each with the type that its CDN sends (texts as UTF-8).
TYPES = {
    ".css": "text/css",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
}


class VersionedFiles:
    """A folder at `{prefix}/{version}/{suffix}/{name}`. Files that import each other share the
    version.
    """

    def __init__(self, folder: Path, prefix: str, suffix: str) -> None:
        self.folder, self.prefix, self.suffix = folder, prefix, suffix

    def url(self, name: str) -> str:
        if not (self.folder / name).is_file():
            raise FileNotFoundError(f"There is no asset {name}.")
        return f"{self.prefix}/{version_of(self.folder)}/{self.suffix}/{name}"

    def send(self, name: str) -> Response:
        kind = TYPES.get(Path(name).suffix) or abort(404)
        response = send_from_directory(self.folder, name, mimetype=kind)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response


def version_of(*folders: Path) -> str:
    """Changes with any file in them, so that a page never meets yesterday's. A folder may be
    missing.
    """
    stamps = []
    for folder in folders:
        if folder.is_dir():
            with os.scandir(folder) as entries:
                stamps += [f"{each.path}{each.stat().st_mtime_ns}" for each in entries]

    return hashlib.sha256("".join(sorted(stamps)).encode()).hexdigest()[:12]
