"""What a browser would do with a page, where an attack had got its markup or a link into it."""

from html.parser import HTMLParser

# Part of what the attacks want to be run, loaded or followed.
SIGNS = ("evil", "javascript:", "data:text/html", "flux-pwned", "display:none")
# What is run, loaded or followed in a page: the words of these, and such attributes of any.
ACTIVE = {"script", "style", "iframe", "svg"}
LOADED = {"href", "src", "srcset", "srcdoc", "style", "action", "data", "poster"}


class ActiveMarkup(HTMLParser):
    """`findings` are what would be active in the page, as it stands there."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.findings: list[str] = []
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag if tag in ACTIVE else ""
        for name, value in attrs:
            is_active = name in LOADED or name.startswith("on")
            if is_active and has_sign(value or ""):
                self.findings.append(f"<{tag} {name}={value!r}>")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside and has_sign(data):
            self.findings.append(f"<{self._inside}>{data[:80]}")


def has_sign(text: str) -> bool:
    return any(sign in text.casefold() for sign in SIGNS)
