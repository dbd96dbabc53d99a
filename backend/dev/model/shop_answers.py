"""What the scripted model says without a rule: short, true sentences about the sample shop, in
Markdown.
"""

import re

from backend.dev.storefront.sample_shop import Thing, catalog, money

ENGLISH = {
    "shipping": (
        "Orders placed before noon leave our workshop the same day.\n\n"
        "- **Germany**: 2 to 3 working days, €4.90, free from €75\n"
        "- **Rest of the EU**: 4 to 6 working days, €9.90\n\n"
        "There is more on our [shipping page](/pages/shipping)."
    ),
    "returns": (
        "You can send anything back within **30 days**, unused and in its box.\n\n1. Write to"
        " us with your order number.\n2. You get a label by e-mail; from Germany it is"
        " free.\n3. We pay back within 5 working days after the parcel has arrived.\n\nDetails"
        " are on our [returns page](/pages/returns)."
    ),
    "greeting": (
        "Hello, and welcome to **Tide & Timber**! I am the store's AI assistant. Ask me about"
        " our goods, shipping or returns, or tell me whom you are looking for a gift for."
    ),
    "thanks": "You are welcome! I am here if anything else comes up.",
    "otherwise": (
        "I am not sure about that one, but I can tell you about our goods, shipping and"
        " returns. You could start with the [whole collection](/collections/all): nine things"
        " for the kitchen, the living room and the bath, all made to age well."
    ),
    "found": "This could be what you are looking for:",
    "sold_out": "sold out at the moment",
    "from": "from {price}",
    "more": "Shall I tell you more about one of them?",
}
GERMAN = {
    "shipping": (
        "Bestellungen bis 12 Uhr verlassen unsere Werkstatt noch am selben Tag.\n\n"
        "- **Deutschland**: 2 bis 3 Werktage, 4,90 €, ab 75 € kostenlos\n"
        "- **Übrige EU**: 4 bis 6 Werktage, 9,90 €\n\n"
        "Mehr steht auf der Seite [Versand](/de/pages/shipping)."
    ),
    "returns": (
        "Alles kann innerhalb von **30 Tagen** zurück, unbenutzt und in der Schachtel.\n\n1."
        " Schreiben Sie uns mit Ihrer Bestellnummer.\n2. Das Etikett kommt per E-Mail, aus"
        " Deutschland kostenlos.\n3. Wir erstatten innerhalb von 5 Werktagen, nachdem das Paket"
        " angekommen ist.\n\nMehr steht auf der Seite [Rückgabe](/de/pages/returns)."
    ),
    "greeting": (
        "Hallo und willkommen bei **Tide & Timber**! Ich bin der KI-Assistent des Ladens. "
        "Fragen Sie mich nach unseren Dingen, nach Versand oder Rückgabe, "
        "oder erzählen Sie mir, für wen Sie ein Geschenk suchen."
    ),
    "thanks": "Gern geschehen! Ich bin da, wenn noch etwas ist.",
    "otherwise": (
        "Da bin ich mir nicht sicher, aber zu unseren Dingen, zu Versand und Rückgabe weiß ich"
        " Bescheid. Ein guter Anfang ist die [ganze Sammlung](/de/collections/all): neun Dinge"
        " für Küche, Wohnzimmer und Bad, die alle schön altern."
    ),
    "found": "Das könnte das Richtige sein:",
    "sold_out": "im Moment ausverkauft",
    "from": "ab {price}",
    "more": "Soll ich zu einem davon mehr erzählen?",
}
TOPICS = {
    "shipping": r"ship|deliver|arriv|how long|versand|liefer|wann kommt|wie lange",
    "returns": r"return|refund|send .*back|exchange|rückgabe|zurück|umtausch|erstatt|retour",
    "thanks": r"\b(thanks|thank you|danke)\b",
    "greeting": r"^\s*(hi|hello|hey|hallo|moin|guten \w+|good \w+)\b",
}
COUNTING = re.compile(r"(?:count to|zähle? bis) (\d{1,4})")
GERMAN_WORDS = re.compile(
    r"\b(ich|ihr|ist|sind|das|der|die|den|wie|was|wo|wann|und|ein|eine|einen|für|mit"
    r"|zu|es|gibt|habt|haben|kann|suche|hallo|danke|bitte|versand|rückgabe)\b"
)
ENGLISH_WORDS = re.compile(
    r"\b(the|is|are|do|does|you|your|what|how|which|can|have|for|and|with|it|to|hello"
    r"|thanks|please|i|my)\b"
)


def answer_about_the_shop(message: str, system: str = "") -> str:
    asked = message.casefold()
    if counting := COUNTING.search(asked):
        return " ".join(map(str, range(1, int(counting[1]) + 1)))

    language = _language_of(asked, system)
    say = GERMAN if language == "de" else ENGLISH
    for topic, pattern in TOPICS.items():
        if re.search(pattern, asked):
            return say[topic]

    products = catalog(language).search(asked)[:3]
    return _describe_products(products, language) if products else say["otherwise"]


def _language_of(asked: str, system: str) -> str:
    """The message's, or that of the page when the message does not tell."""
    german, english = (
        len(GERMAN_WORDS.findall(asked)),
        len(ENGLISH_WORDS.findall(asked)),
    )
    if german == english:
        return "de" if re.search(r"\btag de\b|german|deutsch", system, re.I) else "en"
    return "de" if german > english else "en"


def _describe_products(products: list[Thing], language: str) -> str:
    say = GERMAN if language == "de" else ENGLISH
    lines = [
        f"- **[{one['title']}]({one['url']})**, {_price_of(one, language)}. {_first_sentence(one)}"
        for one in products
    ]
    return "\n".join([say["found"], "", *lines, "", say["more"]])


def _price_of(product: Thing, language: str) -> str:
    say = GERMAN if language == "de" else ENGLISH
    if not product["available"]:
        return say["sold_out"]
    price = money(product["price"], language)
    return say["from"].format(price=price) if product["price_varies"] else price


def _first_sentence(product: Thing) -> str:
    return str(product["description"].split(". ")[0].rstrip(".")) + "."
