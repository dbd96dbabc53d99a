"""The test's hand on the scripted model: what it will say next, and what it was asked."""

from typing import Any

from tests.support.loopback import loopback


class ScriptedModel:
    """Speaks to a running `python -m backend.dev.model.fake_ai`."""

    def __init__(self, base: str) -> None:
        self.base = base

    def will_say(self, text: str, when: str = "", **rule: Any) -> None:
        """Answer messages that contain `when` with `text`; `rule` may slow or break it, as in
        `script`.
        """
        self.script(text=text, when=when, **rule)

    def script(self, **rule: Any) -> None:
        """Add a rule. Its fields are those of backend/dev/model/fake_ai.py: chunks, gap_ms, status,
        drop_after …
        """
        loopback.post(f"{self.base}/script", json=rule).raise_for_status()

    def will_paint(self, picture: str = "painted", when: str = "", **rule: Any) -> None:
        """Answer prompts that contain `when` with a picture, or with what else `PICTURES` in
        backend/dev/model/ai_script.py lists; `rule` may slow it, or be a status.
        """
        self.script(picture=picture, when=when, **rule)

    def hurries(self) -> None:
        """Without another rule it answers as before, but all at once."""
        self.script(gap_ms=0)

    def forgets(self) -> None:
        """No rules and no calls any more."""
        loopback.delete(f"{self.base}/script").raise_for_status()

    def calls(self) -> list[dict[str, Any]]:
        """What it was asked in chats, oldest first."""
        return self._received("calls")

    def paintings(self) -> list[dict[str, Any]]:
        """The pictures that it was asked for, oldest first."""
        return self._received("paintings")

    def open(self) -> int:
        """How many answers are still being given."""
        answers: int = (
            loopback.get(f"{self.base}/open").raise_for_status().json()["open"]
        )
        return answers

    def _received(self, kind: str) -> list[dict[str, Any]]:
        answer = loopback.get(f"{self.base}/{kind}").raise_for_status()
        received: list[dict[str, Any]] = answer.json()
        return received
