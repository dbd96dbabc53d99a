"""Notices where a reply only repeats itself: the same few characters so often that no honest text
would.
"""

MOST_PERIOD, TIMES = 32, 200
# Two rounds of the longest period tell whether there is one.
_WINDOW = 2 * MOST_PERIOD


class Repetition:
    """Looks at a growing text once in 64 characters, so its work grows with the length alone.

    As long as `length` stays below `look_at`, more may be put on `recent` and counted without
    asking.
    """

    def __init__(self) -> None:
        self.length = 0
        self.look_at = _WINDOW
        self._looked_at = 0
        self.recent = ""
        self._period = 0
        self._since = 0

    def end_within(self, text: str) -> int | None:
        """Take more of the reply. Where in `text` the last allowed round ends, None while nothing
        repeats so often.
        """
        taken = 0

        while self.length + len(text) - taken >= self.look_at:
            step = self.look_at - self.length
            self._take(text[taken : taken + step])
            taken += step
            if self._is_over():
                return taken

        self._take(text[taken:])
        return None

    def _take(self, text: str) -> None:
        self.recent += text
        self.length += len(text)

    def _is_over(self) -> bool:
        self.recent = self.recent[-3 * _WINDOW :]
        if not self._goes_on():
            self._begin()
        self._looked_at = self.look_at
        self.look_at += _WINDOW

        if not self._period:
            return False
        end = self._since + TIMES * self._period
        self.look_at = min(self.look_at, max(end, self.length + 1))
        return self.length >= end

    def _goes_on(self) -> bool:
        """Whether what came since the last look repeats with the period of before."""
        new, period = self.length - self._looked_at, self._period
        return period > 0 and self.recent[-new:] == self.recent[-new - period : -period]

    def _begin(self) -> None:
        text, self._period = self.recent, _period_of(self.recent[-_WINDOW:])
        if not self._period:
            return

        start = len(text) - self._period
        while start and text[start - 1] == text[start - 1 + self._period]:
            start -= 1
        self._since = self.length - (len(text) - start)


def _period_of(text: str) -> int:
    """The shortest after which all of `text` repeats, 0 if there is none."""
    # Of honest texts hardly one repeats even its last half, and one search shows that.
    if text.find(text[-MOST_PERIOD:], 0, len(text) - 1) < 0:
        return 0

    periods = range(1, MOST_PERIOD + 1)
    return next((period for period in periods if text[period:] == text[:-period]), 0)
