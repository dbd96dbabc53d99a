"""What a step says to an answer that it cannot take."""

from collections.abc import Mapping


class InvalidAnswer(Exception):
    """`code` is the key of the sentence that helps, and `given` what is put into it. Nothing that
    the shopper wrote stands in either.
    """

    def __init__(
        self,
        field: str,
        code: str,
        given: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code
        self.given = dict(given or {})
