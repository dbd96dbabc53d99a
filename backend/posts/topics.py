"""What a request for a post is about, in its own words: what is looked for in the catalog, and what
a post without a model is called.
"""

import regex

# What stands before the topic, in the languages in which requests are read.
ABOUT = regex.compile(
    r"\b(?:about|on the (?:topic|subject) of|announcing|introducing|for"
    r"|über|ueber|zum thema|zu unser(?:e[mnrs]?)?|zum|zur|für"
    r"|sur|à propos d(?:e|u|es)|au sujet d(?:e|u|es)|pour"
    r"|sobre|acerca de|para)\s+(?P<topic>.+)",
    regex.IGNORECASE | regex.DOTALL,
)
# "Write a post: all lamps are on sale."
AFTER_COLON = regex.compile(r"^[^:.!?]{1,60}:\s*(?P<topic>.+)", regex.DOTALL)
# What is said of the picture, the length or the day is none of the topic.
BESIDE = regex.compile(
    r"[\s,;–-]*\b(?:(?:with|without|and|incl(?:uding|\.)?|plus)\s+(?:a|an|no|any|some|nice)?\s*"
    r"(?:\w+\s+)?(?:picture|photo|image|illustration)s?"
    r"|(?:mit|ohne|und|samt|inkl(?:usive|\.)?)\s+(?:ein(?:e[mnrs]?)?|kein(?:e[mnrs]?)?)?\s*"
    r"(?:\w+\s+)?(?:bild(?:er|ern)?|fotos?|illustration(?:en)?)"
    r"|(?:avec|sans|et)\s+(?:une?|des)?\s*(?:\w+\s+)?(?:images?|photos?|illustrations?)"
    r"|(?:con|sin|y)\s+(?:una?|unas)?\s*(?:\w+\s+)?(?:im[aá]gen(?:es)?|fotos?|ilustraci[oó]n)"
    r")\b.*",
    regex.IGNORECASE | regex.DOTALL,
)
# Before the thing itself.
ARTICLES = regex.compile(
    r"(?:(?:our|the|my|a|an|some|unser(?:e[mnrs]?)?|die|der|das|den|dem|ein(?:e[mnrs]?)?"
    r"|nos|notre|les?|la|l'|une?|des|nuestr[oa]s?|los?|las?|el|una?|unos|unas)\s+)+",
    regex.IGNORECASE,
)
MOST_CHARACTERS = 120


def read_topic(request: str) -> str:
    """The whole request, where nothing in it says what it is about."""
    words = " ".join(request.split())
    found = ABOUT.search(words) or AFTER_COLON.search(words)
    topic = BESIDE.sub("", found["topic"] if found else words).strip(" .!?,;:“”\"'")

    bare = ARTICLES.match(topic)
    if bare and bare.end() < len(topic):
        topic = topic[bare.end() :]
    return (topic or words)[:MOST_CHARACTERS].strip()
