"""What the simulated browsers of a storm do all day: talk, look away, reload, open a second tab,
stop, start over.
"""

import random
import threading
from collections.abc import Callable
from itertools import count
from typing import Any

from backend.dev.model.ai_script import nonsense
from faults.simulated_browser import Sent, SimulatedBrowser
from tests.support.event_reader import Event
from tests.support.scripted_model import ScriptedModel

# Seconds between two things that a shopper does.
THINKS_BETWEEN = (0.5, 5.0)
PATIENT_ANSWERS = 0.5

# How the model treats a message at its first attempt, and how often of a hundred.
MOODS: dict[str, tuple[int, dict[str, Any]]] = {
    "well": (88, {}),
    "busy once": (4, {"status": 503, "times": 1}),
    "busy": (2, {"status": 429, "retry_after": "1", "times": 2}),
    "broken off": (3, {"drop_after": 4, "times": 1}),
    "garbage": (2, {"body": "<html>Log in to the network</html>", "times": 1}),
    "silent in the middle": (1, {"stall_after": 3, "times": 1}),
}


class ChaosShopper:
    """One shopper with one browser, until `closing`. Each answer has words that no other has."""

    def __init__(
        self,
        browser: SimulatedBrowser,
        model: ScriptedModel,
        seed: int,
        closing: threading.Event,
    ) -> None:
        self._browser = browser
        self._model = model
        self._chance = random.Random(seed)
        self._closing = closing
        self._numbers = count(1)

    def lives(self) -> None:
        habits = list(HABITS)
        while not self._closing.wait(self._chance.uniform(*THINKS_BETWEEN)):
            (habit,) = self._chance.choices(habits, [HABITS[habit] for habit in habits])
            habit(self)
        self._browser.opens()

    def talks(self) -> None:
        self._sees_it_out(self._says())

    def looks_away(self) -> None:
        """Leaves the page in the middle of a reply; the next page shows it so far and goes on."""
        sent = self._says()
        last = self._browser.watches_a_while(
            sent.turn, most=self._chance.randint(1, 12)
        )
        self._reads_on(self._browser, sent)
        if last is None:
            self._browser.opens()

    def opens_a_second_tab(self) -> None:
        sent = self._says()
        self._reads_on(self._browser.beside(), sent)
        self._sees_it_out(sent)

    def says_two_things_at_once(self) -> None:
        for sent in [self._says(), self._says()]:
            self._sees_it_out(sent)

    def sends_twice(self) -> None:
        sent = self._says()
        self._sees_it_out(self._browser.repeats(sent))

    def changes_their_mind(self) -> None:
        sent = self._says()
        self._browser.watches_a_while(sent.turn, most=3)
        self._browser.gives_up_on(sent.turn)
        self._sees_it_out(sent)

    def starts_over(self) -> None:
        self._sees_it_out(self._says())
        self._browser.starts_over()

    def _says(self) -> Sent:
        words = f"{self._browser.name} asks {next(self._numbers)} {nonsense(1)}"
        self._model.will_say(
            self._an_answer(), when=words, gap_ms=self._chance.randint(5, 60)
        )
        (mood,) = self._chance.choices(
            list(MOODS), [often for often, _ in MOODS.values()]
        )
        if rule := MOODS[mood][1]:
            self._model.script(when=words, text=self._an_answer(), **rule)
        return self._browser.tells(words)

    def _an_answer(self) -> str:
        words = nonsense(self._chance.randint(3, 40), chance=self._chance)
        return words.replace(" ", "👋 ") + "👋"

    def _sees_it_out(self, sent: Sent) -> None:
        """To the end; a failure is sometimes tried again, as a shopper would."""
        direct = sent.answer.body["turn"]["direct"]
        last = self._browser.watches_to_the_end(sent.turn, direct=direct)
        if _may_be_retried(last) and self._chance.random() < PATIENT_ANSWERS:
            self._browser.asks_again(sent.turn)
            self._browser.watches_to_the_end(sent.turn, after=last.id)
        self._browser.opens()

    def _reads_on(self, browser: SimulatedBrowser, sent: Sent) -> None:
        turn = browser.opens()["turn"]
        if turn and turn["id"] == sent.turn:
            browser.watches_to_the_end(
                sent.turn, turn["next"], turn["text"], direct=turn["direct"]
            )


def _may_be_retried(last: Event) -> bool:
    return last.name == "failed" and bool(last.data["retry"])


HABITS: dict[Callable[[ChaosShopper], None], int] = {
    ChaosShopper.talks: 50,
    ChaosShopper.looks_away: 14,
    ChaosShopper.opens_a_second_tab: 10,
    ChaosShopper.says_two_things_at_once: 8,
    ChaosShopper.sends_twice: 8,
    ChaosShopper.changes_their_mind: 5,
    ChaosShopper.starts_over: 5,
}
