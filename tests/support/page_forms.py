"""A page's form as a browser would send it: every named field with the value that the
page gave it.
"""

from html.parser import HTMLParser


class PageForm(HTMLParser):
    """The fields of the page's one POST form. `errors` and `details` are what stands beside a
    field.
    """

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.errors: dict[str, str] = {}
        self.details: dict[str, str] = {}
        self._templates = 0
        self._inside = False
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        self._templates += tag == "template"
        if tag == "form" and about.get("method") == "post":
            self._inside = True
        if self._inside and not self._templates and (name := about.get("name")):
            self._keep(tag, name, about)

    def handle_endtag(self, tag: str) -> None:
        self._templates -= tag == "template"
        self._inside = self._inside and tag != "form"

    def _keep(self, tag: str, name: str, about: dict[str, str]) -> None:
        number = len(self.fields.setdefault(name, []))
        if tag != "s-checkbox" or "checked" in about:
            self.fields[name].append(about.get("value", ""))
        for told, words in (
            (self.errors, about.get("error")),
            (self.details, about.get("details")),
        ):
            if words:
                told[name if number == 0 else f"{name}.{number}"] = words
