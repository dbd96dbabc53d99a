"""Who may import whom: one order of folders, and outside libraries only where the outside
is met.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.processes import ROOT
from tests.support.source_files import place, python_files, tree_of

# Each row may import itself and the rows below it; neighbours in a row never import one another.
ORDER = [
    {"web", "jobs"},
    {"privacy"},
    {"reports", "exports", "posts"},
    {"inbox"},
    {"chat"},
    {"assistant"},
    {"tools"},
    {"flows"},
    {"catalog"},
    {"shops"},
    {"services"},
    {"ai", "shopify", "outbound", "operations"},
    {"store"},
    {
        "errors",
        "config",
        "local_settings",
        "mail_settings",
        "model_settings",
        "metrics",
        "logs",
        "clock",
        "bounds",
    },
]
ROW = {part: number for number, row in enumerate(ORDER) for part in row}
FOR_ALL = ORDER[-1]
# They tie everything together, so nobody imports them. A migration fills what is new with the
# code that fills it from then on.
ENDS = {"app", "check", "cli", "dev", "gunicorn.conf", "migration", "serving"}
MIGRATIONS = ROOT / "backend" / "store" / "migrations" / "versions"

ONLY_IN = {
    "flask": {"web", "app", "cli", "dev"},
    "flask_cors": {"web", "app", "cli", "dev"},
    "httpx2": {"ai", "shopify", "outbound", "dev"},
    "openai": {"ai", "shopify", "dev"},
    "shopify": {"ai", "shopify", "dev"},
    "shopify_app": {"ai", "shopify", "dev"},
    "redis": {"store", "services", "dev"},
}


def test_folders_import_only_what_stands_to_their_right() -> None:
    assert not [
        where for where, part, name in backend_imports() if breaks_order(part, name)
    ]


def test_flask_redis_and_http_libraries_stay_where_they_belong() -> None:
    assert not [
        where
        for where, part, name in backend_imports()
        if part not in ONLY_IN.get(name.partition(".")[0], {part})
    ]


def backend_imports() -> Iterator[tuple[str, str, str]]:
    """Where it stands, the part of the backend that it stands in, and the dotted name that is
    imported.
    """
    for path in python_files("backend"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                for name in names_of(node):
                    yield (
                        f"{place(path, node.lineno)} imports {name}",
                        part_of(path),
                        name,
                    )


def names_of(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [
        f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names
    ]


def part_of(path: Path) -> str:
    if path.parent == MIGRATIONS:
        return "migration"
    first = path.relative_to(ROOT / "backend").parts[0]
    return first.removesuffix(".py")


def breaks_order(part: str, name: str) -> bool:
    if name.startswith("."):
        return True  # a relative import hides its folder
    package, _, rest = name.partition(".")
    if package != "backend" or part in ENDS:
        return False
    target = rest.partition(".")[0]
    if part == target or part in FOR_ALL and target in FOR_ALL:
        return False
    return target not in ROW or ROW.get(part, len(ORDER)) >= ROW[target]
