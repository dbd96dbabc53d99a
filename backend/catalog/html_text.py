"""What people read of a page: its text without markup, a line for each paragraph, heading, item and
row. Items begin with a hyphen, since no heading does.
"""

from html.parser import HTMLParser

# What stands in them is no text.
SILENT = frozenset({"script", "style", "template", "noscript", "svg", "iframe"})
# Before and behind them a new line begins; cells of a row are apart.
BLOCK_TAGS = """
address article aside blockquote br dd div dl dt footer h1 h2 h3 h4 h5 h6 header hr li main nav ol p
pre section table tr ul
"""
BLOCKS = frozenset(BLOCK_TAGS.split())
CELLS = frozenset({"td", "th"})
BETWEEN_CELLS, ITEM = " | ", "- "


def html_to_text(html: str) -> str:
    """Whatever is given, however broken, is read as a browser would read it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in reader.text.split("\n"))
    return "\n".join(line.strip(" |") for line in lines if line.strip(" |"))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._silent = 0
        self._begins_item = False

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in SILENT:
            self._silent += 1
        elif tag in BLOCKS:
            self._pieces.append("\n")
        elif tag in CELLS:
            self._pieces.append(BETWEEN_CELLS)
        self._begins_item = self._begins_item or tag == "li"

    def handle_endtag(self, tag: str) -> None:
        self._begins_item = self._begins_item and tag != "li"
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in BLOCKS:
            self._pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._begins_item and data.strip():
            self._pieces.append(ITEM)
            self._begins_item = False
        self._pieces.append(data.replace("\n", " "))
