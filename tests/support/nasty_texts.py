"""Long texts that readers of text are slow at, by `nasty_texts.json`, and how the time grows with
their length.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path

SHAPES = {
    shape["name"]: shape
    for shape in json.loads(Path(__file__).with_suffix(".json").read_text())
}
LENGTH = 16_000
MOST_GROWTH = 8
# Below this a ratio of times says nothing.
LEAST_SECONDS = 0.005
TRIES = 10


def nasty_text(name: str, length: int) -> str:
    shape = SHAPES[name]
    sign, unit = shape.get("growing", ""), shape["unit"]
    pieces, left, count = [], length, 0
    while left > 0:
        count += 1
        pieces.append(sign * count + unit)
        left -= len(pieces[-1])
    return shape["before"] + "".join(pieces) + shape["after"]


def is_linear(work: Callable[[str], object], name: str) -> bool:
    """Whether four times the text takes about four times the work; sixteen times would be
    quadratic.

    Another try is for what else the machine does, which only ever makes it slower.
    """
    short, long = nasty_text(name, LENGTH), nasty_text(name, 4 * LENGTH)
    least_short = least_long = float("inf")
    for _ in range(TRIES):
        least_short = min(least_short, _seconds(work, short))
        least_long = min(least_long, _seconds(work, long))
        if least_long < MOST_GROWTH * max(least_short, LEAST_SECONDS):
            return True
    return False


def _seconds(work: Callable[[str], object], text: str) -> float:
    began = time.process_time()
    work(text)
    return time.process_time() - began
