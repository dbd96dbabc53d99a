"""axe-core's judgement of a page, shadow roots included."""

from typing import Any

from playwright.sync_api import Frame, Page

from tests.support.processes import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
OPTIONS = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    # Off by default, and ours.
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations", "incomplete"],
}


class Scan:
    """One run over a whole page."""

    def __init__(self, page: Page | Frame) -> None:
        if not page.evaluate("'axe' in window"):
            page.add_script_tag(path=AXE)
        self._result: dict[str, Any] = page.evaluate("options => axe.run(document, options)", OPTIONS)

    @property
    def violations(self) -> list[str]:
        return self._told("violations")

    @property
    def undecided(self) -> list[str]:
        """What axe leaves to a person."""
        return self._told("incomplete")

    @property
    def undecided_rules(self) -> set[str]:
        return {rule["id"] for rule in self._result["incomplete"]}

    def _told(self, kind: str) -> list[str]:
        return [
            f"{rule['id']}: {node['target']} {node.get('failureSummary', '')}"
            for rule in self._result[kind]
            for node in rule["nodes"]
        ]
