"""What is said without a model, to clients that show no words of their own."""

SORRY = {
    "en": "I cannot answer right now. Your message is saved; please try again in a moment.",
    "de": "Ich kann gerade nicht antworten. Ihre Nachricht ist gespeichert; bitte versuchen Sie es gleich noch einmal.",
}
STILL_WORKING = {
    "en": "I am still working on this. Please ask again in a moment.",
    "de": "Ich arbeite noch daran. Bitte fragen Sie gleich noch einmal.",
}

A_PERSON_ANSWERS = {
    "en": "A person from our team has this conversation and will answer here.",
    "de": "Jemand aus unserem Team hat dieses Gespräch übernommen und antwortet hier.",
}

# What is said in place of a reply, by how the turn stands.
INSTEAD = {"queued": STILL_WORKING, "running": STILL_WORKING, "handed_over": A_PERSON_ANSWERS}


def sentence(sentences: dict[str, str], locale: str | None) -> str:
    """In the shopper's language where we speak it, else in English."""
    return sentences.get((locale or "").split("-")[0].lower(), sentences["en"])
