"""A shop's catalog from a file, in a process of its own: `python -m bench.fill_shop URL SHOP FILE`
prints seconds, and the most KiB that the process ever had.
"""

import sys
import time
from pathlib import Path

from backend.catalog import catalog_import
from backend.config import Config
from backend.services import Services, build
from backend.shops import directory


def opened(url: str) -> Services:
    needed = {
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "secret",
        "HOST": "http://127.0.0.1:8000",
    }
    return build(Config.from_env(needed | {"DATABASE_URL": url}))


def main(url: str, domain: str, file: str) -> None:
    services = opened(url)
    shop = services.db.write(directory.add_shop, domain)

    began = time.monotonic()
    with Path(file).open("rb") as lines:
        catalog_import.import_lines(services, shop.id, lines)
    seconds = time.monotonic() - began

    sys.stdout.write(f"{seconds:.1f} {peak_kib()}\n")


def peak_kib() -> int:
    """Of this program alone: `getrusage` counts what its parent had when it was started."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0


if __name__ == "__main__":
    main(*sys.argv[1:])
