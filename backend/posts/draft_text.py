"""A post as a model writes it: a title, the post in Markdown, and behind it some lines of what
belongs to it. Read from what models really send, and written again for the next wish.
"""

import re
from collections.abc import Mapping

from backend.posts.post_versions import (
    MOST_ALT,
    MOST_BODY,
    MOST_SUMMARY,
    MOST_TAG,
    MOST_TAGS,
    MOST_TITLE,
    Content,
)

# A block of code around everything is a habit of some models.
FENCED = re.compile(r"\s*```[a-z]*\n(?P<inside>.*?)\n?```\s*", re.DOTALL)
TITLE_NAMES = frozenset({"title", "titel", "titre", "título", "titulo"})
# What models put around names and titles.
MARKS = " \t*_>-"
LONGEST_NAME, LONGEST_LINE = 40, 1_000
RULE = re.compile(r"\s*(?:-{3,}|\*{3,}|_{3,})\s*")
NAMES = {
    "summary": "summary",
    "zusammenfassung": "summary",
    "résumé": "summary",
    "resumen": "summary",
    "tags": "tags",
    "schlagwörter": "tags",
    "étiquettes": "tags",
    "etiquetas": "tags",
    "picture": "picture",
    "image": "picture",
    "bild": "picture",
    "imagen": "picture",
    "alt text": "alt",
    "alt": "alt",
    "alternativtext": "alt",
    "texte alternatif": "alt",
    "texto alternativo": "alt",
}
MOST_PICTURE = 1_000


def parse_draft(text: str) -> Content:
    """Whatever comes is a post: without a heading its first line is the title."""
    fenced = FENCED.fullmatch(text)
    inside = (fenced["inside"] if fenced else text).strip()
    lines = [line.rstrip() for line in inside.splitlines()]

    lines, fields = _split_fields(lines)
    title, body = _split_title(lines)
    return Content(
        title=title[:MOST_TITLE],
        body="\n".join(body).strip()[:MOST_BODY],
        summary=fields.get("summary", "")[:MOST_SUMMARY],
        tags=read_tags(fields.get("tags", "")),
        alt=fields.get("alt", "")[:MOST_ALT],
        picture=fields.get("picture", "")[:MOST_PICTURE],
    )


def write_draft(content: Content) -> str:
    """As `parse_draft` reads it."""
    fields = {
        "Summary": content.summary,
        "Tags": ", ".join(content.tags),
        "Picture": content.picture,
        "Alt text": content.alt,
    }
    told = [f"{name}: {text}" for name, text in fields.items() if text]
    return "\n".join([f"# {content.title}", content.body, "", "---", *told])


def read_tags(text: str) -> tuple[str, ...]:
    """Separated by commas, each once. Shopify takes no comma in one."""
    found = (tag.strip(" #*.\t")[:MOST_TAG] for tag in re.split(r"[,;、،\n]", text))
    return tuple(dict.fromkeys(filter(None, found)))[:MOST_TAGS]


def _split_fields(lines: list[str]) -> tuple[list[str], Mapping[str, str]]:
    """The lines of the post, and what the last ones say about it."""
    fields: dict[str, str] = {}
    end = len(lines)

    while end > 0:
        line = lines[end - 1]
        named = _read_field(line)
        if named is not None:
            fields[named[0]] = named[1]
        elif line.strip() and not RULE.fullmatch(line):
            break
        end -= 1
    return lines[:end] if fields else lines, fields


def _read_field(line: str) -> tuple[str, str] | None:
    """Such as "**Alt text:** a mug"."""
    name, colon, text = line.partition(":")
    if not colon or len(name) > LONGEST_NAME:
        return None

    known = NAMES.get(name.strip(MARKS).casefold())
    return None if known is None else (known, text.strip(MARKS))


def _split_title(lines: list[str]) -> tuple[str, list[str]]:
    for place, line in enumerate(lines):
        if not line.strip():
            continue
        title = _read_title(line.strip()[:LONGEST_LINE])
        if title:
            return title, lines[place + 1 :]
        return _plain(line), lines[place + 1 :] or [line]
    return "", []


def _read_title(line: str) -> str:
    """Of a line that is marked as one; blank for any other."""
    name, colon, text = line.partition(":")
    if line.startswith("#"):
        return _plain(line)
    if colon and name.strip(MARKS).casefold() in TITLE_NAMES:
        return _plain(text)
    is_bold = line.startswith("**") and line.endswith("**")
    return _plain(line) if is_bold else ""


def _plain(title: str) -> str:
    return " ".join(title.strip(' *_"“”„#').split())
