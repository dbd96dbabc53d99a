"""axe-core's judgement of a page, shadow roots included."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from playwright.sync_api import Frame, Page

from tests.support.processes import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
OPTIONS: dict[str, Any] = {
    "runOnly": {
        "type": "tag",
        "values": [
            "wcag2a",
            "wcag2aa",
            "wcag21a",
            "wcag21aa",
            "wcag22aa",
            "best-practice",
        ],
    },
    # Off by default, and ours.
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations", "incomplete"],
}


class Scan:
    """One run over a whole page, or over what a frame of it shows."""

    def __init__(self, page: Page | Frame, without: Sequence[str] = ()) -> None:
        """`without` names rules that do not fit the occasion."""
        rules = {**OPTIONS["rules"], **{rule: {"enabled": False} for rule in without}}
        run = f"axe.run(document, {json.dumps({**OPTIONS, 'rules': rules})})"
        self._result: dict[str, Any] = _in_a_world_of_its_own(page, run)

    @property
    def violations(self) -> list[str]:
        return self._told("violations")

    @property
    def undecided(self) -> list[str]:
        """What axe leaves to a person."""
        return self._told("incomplete")

    def undecided_about_the_chat(self) -> set[str]:
        """The rules that axe leaves to a person there."""
        return {
            finding.partition(":")[0]
            for finding in self.undecided
            if is_of_the_chat(finding)
        }

    def _told(self, kind: str) -> list[str]:
        return [
            f"{rule['id']}: {node['target']} {node.get('failureSummary', '')}"
            for rule in self._result[kind]
            for node in rule["nodes"]
        ]


def is_of_the_chat(finding: str) -> bool:
    """What lies in a shadow root is named after the element that has it."""
    return "flux-chat-widget" in finding.partition(" ")[2]


def _in_a_world_of_its_own(place: Page | Frame, expression: str) -> Any:
    """Beside the page's scripts: the document is the same, but prototypes are whole, and no policy
    forbids it.
    """
    page = place.page if isinstance(place, Frame) else place
    session = page.context.new_cdp_session(page)
    tree = session.send("Page.getFrameTree")["frameTree"]
    [frame] = [
        each["id"]
        for each in _frames(tree)
        if each["url"] == place.url.partition("#")[0]
    ]
    world = session.send(
        "Page.createIsolatedWorld", {"frameId": frame, "worldName": "axe"}
    )["executionContextId"]
    session.send(
        "Runtime.evaluate", {"expression": AXE.read_text(), "contextId": world}
    )
    told = {
        "expression": expression,
        "contextId": world,
        "awaitPromise": True,
        "returnByValue": True,
    }
    answer = session.send("Runtime.evaluate", told)
    session.detach()
    assert "exceptionDetails" not in answer, answer["exceptionDetails"]
    return answer["result"]["value"]


def _frames(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The frame itself, and those of its own site inside it."""
    yield tree["frame"]
    for child in tree.get("childFrames", []):
        yield from _frames(child)
