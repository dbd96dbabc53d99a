"""What is said without a model, to clients that show no words of their own."""

SORRY = {
    "en": "I cannot answer right now. Your message is saved; please try again in a moment.",
    "de": "Ich kann gerade nicht antworten. Ihre Nachricht ist gespeichert; bitte versuchen Sie es gleich noch einmal.",
}
STILL_WORKING = {
    "en": "I am still working on this. Please ask again in a moment.",
    "de": "Ich arbeite noch daran. Bitte fragen Sie gleich noch einmal.",
}


def sentence(sentences: dict[str, str], locale: str | None) -> str:
    """In the shopper's language where we speak it, else in English."""
    return sentences.get((locale or "").split("-")[0].lower(), sentences["en"])
